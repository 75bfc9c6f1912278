"""How the networks that come with Consentry were made. No part of the product, and nothing of it is imported there."""
