// An open page stays honest: counts once a minute while it is seen, what is old says so, a log-in that ends warns.
"use strict";

const EVERY = 60000, BEFORE = 5;

if (document.body.dataset.idle) {
  const shown = () => Object.fromEntries([...document.querySelectorAll("[data-count]")].map((each) => [each.dataset.count, each.textContent]));
  const first = JSON.stringify(shown());
  const refresh = async () => {
    if (document.hidden || !navigator.onLine) return;
    const answer = await fetch("/inbox/counts", { headers: { "X-Poll": "1" } }).catch(() => undefined);
    if (!answer?.ok || answer.redirected) return;
    const counts = await answer.json();
    const late = Number.parseInt(counts.overdue || "0", 10) - Number.parseInt(shown().overdue || "0", 10);
    for (const each of document.querySelectorAll("[data-count]")) each.textContent = counts[each.dataset.count];
    if (late > 0) bar("late", `刚有 ${late} 件事逾期。`, "去看", () => { location.href = "/inbox?tab=overdue"; });
    if (JSON.stringify(shown()) !== first) bar("old", `本页数据为 ${document.body.dataset.now}，待办有了变化。`, "刷新", () => location.reload());
  };
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);

  let ending;
  const alive = () => {
    clearTimeout(ending);
    bar("ending", "");
    const warn = () => bar("ending", `登录将在 ${BEFORE} 分钟后过期。`, "继续使用", async () => { if ((await fetch("/inbox/counts")).ok) alive(); });
    ending = setTimeout(warn, (Number(document.body.dataset.idle) - BEFORE) * 60000);
  };
  alive();
}

const line = () => {
  bar("line", navigator.onLine ? "" : "已离线。填写的内容留在本页，联网后再提交。");
  document.querySelectorAll("form[method=post] button:not([type=button])").forEach((each) => { each.disabled = !navigator.onLine; });
};
window.addEventListener("online", line);
window.addEventListener("offline", line);
if (!navigator.onLine) line();
