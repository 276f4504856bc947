"use strict";
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
  uploading.set(form, (uploading.get(form) ?? 0) + 1);
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
  uploading.set(form, uploading.get(form) - 1);
  said.textContent = wrong || `已收下 ${files.length} 份`;
  said.classList.toggle("error", Boolean(wrong));
  const button = waitingForUpload.get(form);
  if (!button || (uploading.get(form) && !wrong)) return;
  waitingForUpload.delete(form);  // one that failed ends the waiting: nobody submits less than he chose
  bar("slow", wrong && `${wrong}还没有提交。`);
  if (!wrong) button.click();
});
