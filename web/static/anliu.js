// Comfort only: every page works without script. This file: focus, one submission at a time, copying, printing.
"use strict";
document.documentElement.classList.add("js");

const csrf = () => document.querySelector("input[name=csrf_token]")?.value ?? "";

// A bar under the header; one bar a name, replaced when said again, taken away by an empty text.
function bar(name, text, button, action) {
  const bars = document.querySelector("[data-bars]");
  bars.querySelector(`[data-bar=${name}]`)?.remove();
  if (!text) return;
  const said = Object.assign(document.createElement("p"), { className: "notice-bar", textContent: `${text} ` });
  said.dataset.bar = name;
  if (button) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "slim", textContent: button });
    made.addEventListener("click", action);
    said.append(made);
  }
  bars.append(said);
}

// The error summary takes the focus, as the first thing to read.
document.getElementById("errors")?.focus();

// An address that names a folded part unfolds it.
function unfold() {
  const part = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (part?.tagName !== "DETAILS") return;
  part.open = true;
  part.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
}
window.addEventListener("hashchange", unfold);
unfold();

// What is marked in a list is counted, and all of the page can be marked at once.
const marks = [...document.querySelectorAll("input[form=bulk]")];
const said = document.querySelector("[data-picked]");
if (said) {
  const all = Object.assign(document.createElement("button"), { type: "button", className: "slim", textContent: "全选本页" });
  const count = () => { said.textContent = `已选 ${marks.filter((each) => each.checked).length} 项`; };
  all.addEventListener("click", () => { const on = marks.some((each) => !each.checked); for (const each of marks) each.checked = on; count(); });
  for (const each of marks) each.addEventListener("change", count);
  said.before(all);
  said.classList.remove("hide");
  count();
}

// A second click on a slow line sends nothing (the server would answer with the first result anyway).
const uploading = new Map(), waitingForUpload = new Map();
let slow;
const waiting = (text) => { clearTimeout(slow); slow = setTimeout(() => bar("slow", text), 3000); };
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  if (!navigator.onLine) { event.preventDefault(); return; }
  if (form.method !== "post") { waiting("仍在加载…"); return; }
  if (event.submitter?.getAttribute("formtarget")) return;  // a preview in a page of its own changes nothing
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (uploading.get(form)) {
    event.preventDefault();
    waitingForUpload.set(form, event.submitter ?? form.querySelector("button.primary"));
    bar("slow", "照片和附件正在上传，传完后自动提交。");
    return;
  }
  form.dataset.sent = "1";
  waiting("仍在提交，请稍候，不用再点。");
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (link && !event.ctrlKey && !event.metaKey && link.origin === location.origin && !link.hash && !link.pathname.startsWith("/files/")) waiting("仍在加载…");
});
window.addEventListener("pageshow", () => {
  clearTimeout(slow);
  bar("slow", "");
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const text = document.getElementById(copy.dataset.copy);
    const chosen = getSelection();
    chosen.selectAllChildren(text);
    if (navigator.clipboard) await navigator.clipboard.writeText(text.innerText).catch(() => undefined);
    else document.execCommand("copy");
    copy.textContent = "已复制";
  }
  if (event.target.closest("[data-print]")) print();
});

// Demo accounts: one tap fills the log-in form.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-account]");
  if (!link) return;
  event.preventDefault();
  document.getElementById("account").value = link.dataset.account;
  document.getElementById("password").value = link.dataset.password;
  document.querySelector(".login button.primary").focus();
});

// The tab that is shown and the step where a case stands are scrolled into sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
for (const drawing of document.querySelectorAll(".diagram")) {
  const here = drawing.querySelector(".current") ?? drawing.querySelector(".done");
  if (!here) continue;
  const box = drawing.getBoundingClientRect(), place = here.getBoundingClientRect();
  drawing.scrollLeft += place.left - box.left - (box.width - place.width) / 2;
  drawing.scrollTop += place.top - box.top - (box.height - place.height) / 2;
}
document.addEventListener("click", (event) => {
  const zoom = event.target.closest("[data-zoom]");
  const drawing = zoom && document.querySelector(".diagram svg");
  if (!drawing) return;
  const natural = drawing.viewBox.baseVal.width, now = drawing.getBoundingClientRect().width;
  const width = { in: now * 1.25, out: now * 0.8, fit: drawing.parentElement.clientWidth, real: natural }[zoom.dataset.zoom];
  drawing.style.width = `${width}px`;
  drawing.style.height = "auto";
});

// Time travel: the slider shows its number and opens the moment.
const slider = document.querySelector("[data-slider]");
if (slider) {
  const range = slider.querySelector("input[type=range]");
  range.addEventListener("input", () => { slider.querySelector("output").value = range.value; });
  range.addEventListener("change", () => slider.submit());
}
