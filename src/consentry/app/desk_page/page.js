"use strict";
const MARKS = { "good": "✓", "bad": "✕", "undetermined": "?", "not looked at": "–" };
const shown = {};
let ended = false;

function put(id, text) { document.getElementById(id).textContent = text; }

function picture(name, number) {
  if (!number || shown[name] === number) return;
  const image = new Image();
  image.alt = name === "portrait" ? "Portrait of the document" : "Live face";
  image.onload = () => { if (!ended) document.getElementById(name).replaceChildren(image); };
  image.src = name + ".jpg?n=" + number;
  shown[name] = number;
}

function withoutPictures() {
  document.getElementById("faces").remove();
  document.body.classList.add("words");
}

function finding(one) {
  const row = document.querySelector('[data-step="' + one.step + '"]');
  if (!row) return;
  row.className = one.found.replaceAll(" ", "-");
  row.querySelector(".mark").textContent = MARKS[one.found];
  row.querySelector(".why").textContent = one.why;
  row.querySelector(".outcome").textContent = one.found;
}

function decided(state) {
  ended = true;
  withoutPictures();
  document.querySelectorAll("li.waiting").forEach((row) => row.remove());
  const clear = state.advice === "clear";
  document.body.dataset.state = state.advice;
  document.getElementById("verdict").className = state.advice;
  put("icon", clear ? "✓" : "→");
  put("advice", clear ? "Clear" : "Refer to the manual lane");
  put("reasons", clear ? "Everything that was to be looked at is good. The officer decides." : state.reasons.join("; ") + ".");
}

async function follow() {
  try {
    const answer = await fetch("state", { cache: "no-store" });
    const state = await answer.json();
    state.findings.forEach(finding);
    if (state.advice) { decided(state); return; }
    if (state.gone) { ended = true; withoutPictures(); return; }
    put("prompt", state.prompt || "");
    picture("portrait", state.pictures.portrait);
    picture("live", state.pictures.live);
  } catch {
    ended = true;
    withoutPictures();
    put("reasons", "The gate does not answer any more.");
    return;
  }
  setTimeout(follow, 200);
}
follow();
