(() => {
  "use strict";
  const form = document.getElementById("filter");
  if (!form) return;
  const alarms = [...document.querySelectorAll("#alarms [data-camera]")];
  const incidents = [...document.querySelectorAll(".incident")];
  const told = form.querySelector("output");
  const selects = [...form.querySelectorAll("select")];
  for (const select of selects) {
    const names = new Set(alarms.map((alarm) => alarm.dataset[select.name]));
    for (const name of [...names].sort()) select.add(new Option(name.replaceAll("_", " "), name));
    select.addEventListener("change", show);
  }
  function show() {
    let count = 0;
    for (const alarm of alarms) {
      alarm.hidden = selects.some((select) => select.value && alarm.dataset[select.name] !== select.value);
      count += alarm.hidden ? 0 : 1;
    }
    for (const incident of incidents) {
      incident.hidden = !incident.querySelector("[data-camera]:not([hidden])");
    }
    told.textContent = `${count} of ${alarms.length} shown`;
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.closest("[hidden]")) {
      for (const select of selects) select.value = "";
      show();
      target.scrollIntoView();
    }
  });
  form.hidden = false;
  show();
})();
