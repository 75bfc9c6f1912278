"""What the system does, place by place, told over ports."""
