// Keys of the desk: none while something is typed or an input method composes; all can be switched off.
"use strict";

const table = document.getElementById("keys");
const rows = [...document.querySelectorAll("[data-rows] tbody tr")];
const addressOf = (row) => row?.querySelector("a.open")?.getAttribute("href");
const on = () => localStorage.getItem("keys") !== "off";
let chosen = -1, before = "";

// The list one came from, so that [ and ] go through it; after a submission the next one is known by where it stood.
const listed = JSON.parse(sessionStorage.getItem("list") ?? "[]");
const last = sessionStorage.getItem("last");
const addresses = rows.map(addressOf);
const following = listed.slice(listed.indexOf(last) + 1).find((each) => addresses.includes(each)) ?? addresses[0];
if (rows.length) sessionStorage.setItem("list", JSON.stringify(addresses));
if (location.pathname.startsWith("/tasks/")) sessionStorage.setItem("last", location.pathname);

function choose(place) {
  rows[chosen]?.removeAttribute("aria-selected");
  chosen = Math.max(0, Math.min(rows.length - 1, place));
  rows[chosen]?.setAttribute("aria-selected", "true");
  rows[chosen]?.querySelector("a.open")?.focus();
}

function step(by) {
  if (rows.length) { if (by > 0 && following) location.href = following; return; }
  const next = listed[listed.indexOf(decodeURI(location.pathname)) + by];
  if (next) location.href = next;
  else bar("end", by > 0 ? "已是列表里的最后一件。" : "已是列表里的第一件。");
}

function operation(name) {
  const row = rows[chosen];
  if (row) { location.href = `${addressOf(row)}#op-${name}`; return; }
  const part = document.getElementById(`op-${name}`);
  if (part) { part.open = true; part.querySelector("input:not([type=hidden]), select, textarea, button")?.focus(); }
}

const keys = {
  j: () => choose(chosen + 1),
  k: () => choose(chosen - 1),
  "/": () => document.getElementById("q")?.focus(),
  x: () => rows[chosen]?.querySelector("input[form=bulk]")?.click(),
  c: () => (rows[chosen] ?? document).querySelector("[data-key=c]")?.click(),
  u: () => operation("urge"),
  t: () => operation("transfer"),
  e: () => document.querySelector("form[data-task] input:not([type=hidden]), form[data-task] select, form[data-task] textarea")?.focus(),
  "[": () => step(-1),
  "]": () => step(1),
  "?": () => table?.showModal?.(),
  gi: () => { location.href = "/inbox"; },
  gc: () => { location.href = "/cases"; },
};

document.addEventListener("keydown", (event) => {
  if (!on() || event.isComposing || event.keyCode === 229 || event.altKey || event.metaKey) return;
  const form = document.querySelector("form[data-task]");
  if (event.ctrlKey && form && event.key === "Enter") form.querySelector("button.primary").click();
  if (event.ctrlKey && form && event.key === "s") { event.preventDefault(); form.querySelector("[data-save]")?.click(); }
  if (event.ctrlKey || table?.open || event.target.closest("input, textarea, select")) return;
  const key = keys[before + event.key] ? before + event.key : event.key;
  before = event.key === "g" ? "g" : "";
  if (keys[key]) { event.preventDefault(); keys[key](); }
});

if (table?.showModal) {
  const box = table.querySelector("[data-keys-on]");
  box.checked = on();
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
  document.querySelector("[data-keys]")?.addEventListener("click", () => table.showModal());
}
