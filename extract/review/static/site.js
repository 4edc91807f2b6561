"use strict";
(() => {
  const csrf = document.querySelector("meta[name=csrf]").content;
  const toast = document.getElementById("toast");
  let timer = 0;
  const say = (words, bad) => {
    toast.textContent = words;
    toast.classList.toggle("bad", Boolean(bad));
    toast.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => { toast.hidden = true; }, bad ? 8000 : 2500);
  };
  const call = async (method, path, body, headers) => {
    const options = { method, headers: { "X-CSRF-Token": csrf, ...headers } };
    if (body !== undefined) {
      options.body = JSON.stringify(body);
      options.headers["Content-Type"] = "application/json";
    }
    const answer = await fetch(path, options);
    const content = await answer.json().catch(() => null);
    if (!answer.ok) throw new Error((content && content.detail) || String(answer.status));
    return { content, etag: answer.headers.get("ETag") };
  };
  window.site = { call, say, csrf };

  const author = document.getElementById("author");
  if (author) {
    try { author.value = localStorage.getItem("notice-author") || ""; } catch { /* nothing is kept */ }
    author.addEventListener("change", () => { try { localStorage.setItem("notice-author", author.value); } catch { /* nothing is kept */ } });
  }
  const out = document.getElementById("sign-out");
  if (out) out.addEventListener("click", async () => {
    await fetch("/sign-out", { method: "POST", headers: { "X-CSRF-Token": csrf } });
    location.href = "/sign-in";
  });

  const find = document.getElementById("find");
  if (find) find.addEventListener("input", () => {
    const words = find.value.trim().toLowerCase();
    for (const row of document.querySelectorAll(".entries tbody tr")) row.hidden = !row.textContent.toLowerCase().includes(words);
  });

  const drop = document.getElementById("drop");
  if (!drop) return;
  const list = document.getElementById("jobs");
  const add = (tag, parent, words, kind) => {
    const made = document.createElement(tag);
    made.textContent = words || "";
    if (kind) made.className = kind;
    parent.append(made);
    return made;
  };
  const follow = async (job, line) => {
    for (;;) {
      let now;
      try { now = (await call("GET", "/api/jobs/" + job)).content; } catch (error) { line.state.textContent = error.message; return; }
      line.state.textContent = list.dataset[now.state];
      if (now.state === "done") {
        line.bar.remove();
        const link = document.createElement("a");
        link.href = "/notices/" + encodeURIComponent(now.notice);
        link.textContent = list.dataset.done;
        line.state.replaceChildren(link);
        return;
      }
      if (now.state === "failed") {
        line.bar.remove();
        add("span", line.item, now.error.message, "failed");
        return;
      }
      await new Promise((wake) => setTimeout(wake, 400));
    }
  };
  const send = (file) => new Promise((done) => {
    const item = add("li", list);
    add("span", item, file.name);
    const line = { item, state: add("span", item, list.dataset.uploading), bar: add("progress", item) };
    line.bar.max = 1;
    const body = new FormData();
    body.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", "/api/files");
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) line.bar.value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => {
      let answer = null;
      try { answer = JSON.parse(request.responseText); } catch { /* cut off */ }
      if (request.status === 202) {
        line.bar.removeAttribute("value");
        follow(answer[0].id, line);
      } else {
        line.bar.remove();
        line.state.textContent = list.dataset.failed;
        add("span", item, (answer && answer.detail) || "", "failed");
      }
      done();
    });
    request.send(body);
  });
  const sendAll = async (files) => { for (const file of files) await send(file); };
  document.getElementById("files").addEventListener("change", (event) => {
    sendAll([...event.target.files]);
  });
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); sendAll([...event.dataTransfer.files]); });
})();
