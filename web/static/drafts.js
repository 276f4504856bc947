// Nothing typed is lost: a task keeps its draft on the server, a start form in this tab until it is submitted.
"use strict";

const task = document.querySelector("form[data-task][action^='/tasks/']");
const start = document.querySelector("form[data-task][action^='/start/']");

if (task) {
  let timer, changed = false;
  const said = task.querySelector("[data-draft]");
  const save = async () => {
    clearTimeout(timer);
    if (!changed || task.dataset.sent) return;
    changed = false;
    const body = new FormData(task);
    body.set("do", "draft");
    try {
      const answer = await fetch(task.action, { method: "POST", body, headers: { "X-Autosave": "1", "X-CSRFToken": csrf() } });
      if (answer.ok) said.textContent = `草稿存于 ${new Date().toTimeString().slice(0, 5)}`;
      else if (answer.status === 422) said.textContent = "有一项还没有填完整，草稿暂未存";
      else if (answer.status === 401) said.textContent = "登录已过期，提交时会请您重新登录，内容不会丢失";
      else bar("stale", "这件事刚有变化，草稿没有存上。请先复制您写的内容，再", "查看最新", () => location.reload());
    } catch { changed = true; said.textContent = "网络断开，草稿还没有存上"; }
  };
  task.addEventListener("input", () => { changed = true; clearTimeout(timer); timer = setTimeout(save, 5000); });
  task.addEventListener("focusout", (event) => { if (!task.contains(event.relatedTarget)) save(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
}

if (start) {
  const place = `draft:${location.pathname}`;
  const controls = () => [...start.elements].filter((each) => each.name && !["hidden", "file", "password", "submit", "button"].includes(each.type));
  const read = (each) => (["radio", "checkbox"].includes(each.type) ? each.checked : each.value);
  const kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
  const now = controls();
  const untouched = !document.getElementById("errors") && now.every((each) => (each.tagName === "SELECT" ? true : ["radio", "checkbox"].includes(each.type) ? each.checked === each.defaultChecked : each.value === each.defaultValue));
  if (kept && untouched && kept.length === now.length) {
    now.forEach((each, number) => { if (["radio", "checkbox"].includes(each.type)) each.checked = kept[number]; else each.value = kept[number]; });
    bar("kept", "上次没有提交的内容已恢复（照片要重新选取）。", "清空", () => { sessionStorage.removeItem(place); location.reload(); });
  }
  start.addEventListener("input", () => sessionStorage.setItem(place, JSON.stringify(controls().map(read))));
  start.addEventListener("submit", () => sessionStorage.removeItem(place));
}
