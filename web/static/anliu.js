// Comfort only: every page works without this file.
"use strict";
document.documentElement.classList.add("js");

const csrf = () => document.querySelector("input[name=csrf_token]")?.value ?? "";

// The error summary takes the focus, as the first thing to read.
document.getElementById("errors")?.focus();

// A second click on a slow line sends nothing (the server would answer with the first result anyway).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
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

// Photos and files go up one by one as they are chosen; the form keeps their tokens.
const LONGEST = 1920;

async function smaller(file) {
  if (!file.type.startsWith("image/") || file.type === "image/gif" || file.size < 600000) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  } catch { return file; }
}

function kept(name, file) {
  const item = document.createElement("li");
  const token = Object.assign(document.createElement("input"), { type: "hidden", name, value: file.token });
  item.append(token);
  if (file.picture) item.append(Object.assign(document.createElement("img"), { src: file.address, alt: file.name }));
  item.append(Object.assign(document.createElement("span"), { textContent: `${file.name}（${file.size}） ` }));
  const drop = Object.assign(document.createElement("button"), { type: "button", className: "slim", textContent: "不要这份" });
  drop.addEventListener("click", () => item.remove());
  item.append(drop);
  return item;
}

document.addEventListener("change", async (event) => {
  const input = event.target;
  const box = input.type === "file" && input.closest("[data-uploads]");
  if (!box) return;
  const said = box.querySelector("[aria-live]");
  const files = [...input.files];
  const form = input.form;
  form.dataset.sent = "1";
  let wrong = "";
  for (const [place, file] of files.entries()) {
    said.textContent = `正在上传第 ${place + 1} 份，共 ${files.length} 份…`;
    const body = new FormData();
    body.append("file", await smaller(file));
    try {
      const answer = await fetch("/files", { method: "POST", body, headers: { "X-CSRFToken": csrf(), Accept: "application/json" } });
      const result = await answer.json();
      if (answer.ok) box.querySelector(".shots").append(kept(box.dataset.uploads, result));
      else wrong += `“${file.name}”没有收下：${result.message} `;
    } catch { wrong += `“${file.name}”没有传上去：网络断开了，请重新选取。`; }
  }
  input.value = "";
  delete form.dataset.sent;
  said.textContent = wrong || `已收下 ${files.length} 份`;
  said.classList.toggle("error", Boolean(wrong));
});

// Drafts: what is typed on a task is kept on the server a few seconds later, without effect.
const task = document.querySelector("form[data-task][action^='/tasks/']");
if (task) {
  let timer;
  const save = () => {
    timer = undefined;
    if (task.dataset.sent) return;
    const body = new FormData(task);
    body.set("do", "draft");
    fetch(task.action, { method: "POST", body, headers: { "X-Autosave": "1", "X-CSRFToken": csrf() } })
      .catch(() => undefined);
  };
  task.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 5000); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && timer) { clearTimeout(timer); save(); } });
}

// Time travel: the slider shows its number and opens the moment.
const slider = document.querySelector("[data-slider]");
if (slider) {
  const range = slider.querySelector("input[type=range]");
  range.addEventListener("input", () => { slider.querySelector("output").value = range.value; });
  range.addEventListener("change", () => slider.submit());
}

// Keys of the desk; none while something is being typed or composed.
const rows = [...document.querySelectorAll("[data-rows] tbody tr")];
let chosen = -1, before = "";
const choose = (place) => {
  rows[chosen]?.removeAttribute("aria-selected");
  chosen = Math.max(0, Math.min(rows.length - 1, place));
  rows[chosen]?.setAttribute("aria-selected", "true");
  rows[chosen]?.querySelector("a.open")?.focus();
};
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.metaKey) return;
  if (event.ctrlKey && task && event.key === "Enter") { task.querySelector("button.primary").click(); return; }
  if (event.ctrlKey && task && event.key === "s") { event.preventDefault(); task.querySelector("button[value=draft]").click(); return; }
  if (event.ctrlKey || event.target.closest("input, textarea, select")) return;
  const pair = before + event.key;
  before = event.key;
  if (event.key === "j") choose(chosen + 1);
  else if (event.key === "k") choose(chosen - 1);
  else if (event.key === "/") { event.preventDefault(); document.getElementById("q")?.focus(); }
  else if (pair === "gi") location.href = "/inbox";
  else if (pair === "gc") location.href = "/cases";
});
