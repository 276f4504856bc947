// What is wrong with the page that is open, as sentences; phone: targets are to be 44 px.
(phone) => {
  const wrong = [];
  const seen = (each) => each.checkVisibility ? each.checkVisibility() : each.offsetParent !== null;
  const text = (each) => (each?.textContent ?? "").trim();
  const name = (each) => {
    if (each.getAttribute("aria-label")) return each.getAttribute("aria-label");
    const by = each.getAttribute("aria-labelledby");
    if (by) return text(document.getElementById(by));
    if (each.labels?.length) return text(each.labels[0]);
    return text(each) || each.value || each.title || each.querySelector("img")?.alt || "";
  };
  const where = (each) => each.outerHTML.slice(0, 110).replace(/\s+/g, " ");
  const all = (what) => [...document.querySelectorAll(what)];

  if (document.documentElement.scrollWidth > innerWidth) wrong.push(`scrolls sideways: ${document.documentElement.scrollWidth}`);
  if (all("h1").length !== 1) wrong.push(`${all("h1").length} h1`);
  if (all("main").length !== 1 || !document.querySelector("a.skip[href='#main']")) wrong.push("no main or no skip link");
  if (document.documentElement.lang !== "zh-CN") wrong.push("no language");
  for (const each of all("a, button, summary, input:not([type=hidden]), select, textarea")) {
    if (!each.closest("[aria-hidden=true]") && !String(name(each)).trim()) wrong.push(`no name: ${where(each)}`);
  }
  for (const each of all("table")) if (!each.caption) wrong.push(`no caption: ${where(each)}`);
  for (const each of all("th")) if (!each.scope) wrong.push(`no scope: ${where(each)}`);
  for (const each of all("img")) if (!each.hasAttribute("alt")) wrong.push(`no alt: ${where(each)}`);
  const ids = all("[id]").map((each) => each.id);
  for (const id of new Set(ids.filter((each, place) => ids.indexOf(each) !== place))) wrong.push(`id twice: ${id}`);
  for (const each of all("a[href^='#']")) if (!document.getElementById(decodeURIComponent(each.hash.slice(1)))) wrong.push(`leads nowhere: ${where(each)}`);
  if (phone) {
    for (const each of all("a, button, summary, select, textarea, input:not([type=hidden])")) {
      if (!seen(each) || each.closest("[aria-hidden=true], .hide, .skip, svg") || each.matches(".skip, .hide, .toggle")) continue;
      const target = ["radio", "checkbox", "file"].includes(each.type) ? each.closest("label") ?? each : each;
      const whole = each.matches("a.open") ? each.closest("tr") : target;
      const box = whole.getBoundingClientRect();
      const inText = each.tagName === "A" && getComputedStyle(each).display === "inline" && text(each.parentElement) !== text(each);
      if (!inText && (box.width < 43.5 || box.height < 43.5)) wrong.push(`${Math.round(box.width)}x${Math.round(box.height)}: ${where(each)}`);
    }
  }
  return wrong;
}
