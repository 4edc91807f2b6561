"use strict";
(() => {
  const root = document.documentElement;
  const { call, say } = window.site;
  const view = window.noticeView;
  const key = encodeURIComponent(root.dataset.key);
  const values = JSON.parse(document.getElementById("values").textContent);
  const labels = JSON.parse(document.getElementById("labels").textContent);
  const template = document.getElementById("form");
  const main = { quantity: "value", percentage: "value", amount: "value", deadline: "date", department: "name", project: "name", category: "name", title: "value", issuer: "value", issued_on: "value", plan_year: "year", document_number: "text" };
  let etag = root.dataset.etag;
  let records = [];
  let waiting = [];

  const row = (id) => document.getElementById(id);
  const ofPointer = (pointer) => document.querySelector('.v[data-pointer="' + CSS.escape(pointer) + '"]');
  const shown = (value) => value === null ? "（空）" : String(value);
  const words = (one) => {
    const record = one.record;
    const what = record.action === "correct" ? (labels["field." + record.pointer.split("/").pop()] || record.pointer.split("/").pop()) + "：" + shown(record.old) + " → " + shown(record.new) : labels["action." + record.action];
    return [record.author, record.recorded_at, what, record.reason, one.state === "conflict" ? "" : labels["state." + one.state], one.message].filter(Boolean).join(" · ");
  };
  const fill = (item) => {
    const more = item.querySelector(".more");
    const pointer = item.dataset.pointer;
    const said = more.querySelector(".said");
    said.replaceChildren(...records.filter((one) => one.pointer === pointer).map((one) => {
      const line = document.createElement("li");
      line.textContent = words(one);
      return line;
    }));
    const why = more.querySelector(".why");
    const reasons = waiting.filter((one) => one.pointer === pointer).map((one) => one.why);
    why.textContent = reasons.join("；");
    why.hidden = !reasons.length;
  };
  const open = (item) => {
    const more = item.querySelector(".more");
    if (!more.querySelector("form")) {
      more.append(template.content.cloneNode(true));
      const form = more.querySelector("form");
      if (root.dataset.may !== "reviewer") for (const part of form.querySelectorAll("button, input, select")) part.disabled = true;
      const own = values[item.dataset.pointer] || {};
      const kind = item.dataset.kind;
      for (const name of Object.keys(own)) form.elements.field.add(new Option(labels["field." + name] || name, name));
      const preferred = main[kind] in own ? main[kind] : Object.keys(own).find((name) => ["value", "date", "name", "year", "text"].includes(name));
      if (preferred) form.elements.field.value = preferred;
      const show = () => { form.elements.new.value = own[form.elements.field.value] === null ? "" : String(own[form.elements.field.value]); };
      form.elements.field.addEventListener("change", show);
      show();
      form.addEventListener("submit", (event) => { event.preventDefault(); send(item, "correct"); });
      form.addEventListener("click", (event) => {
        const act = event.target.dataset.act;
        if (act && act !== "correct") send(item, act);
      });
    }
    fill(item);
  };
  const send = async (item, action) => {
    const form = item.querySelector("form");
    const author = document.getElementById("author");
    const body = { pointer: item.dataset.pointer, action, reason: form.elements.reason.value, author: author ? author.value : "" };
    const field = form.elements.field.value;
    if (action === "correct") {
      const old = (values[item.dataset.pointer] || {})[field];
      const typed = form.elements.new.value.trim();
      body.field = field;
      body.new = typed === "" ? null : typeof old === "boolean" ? typed === "true" : typed;
    }
    try {
      const answer = await call("POST", "/api/notices/" + key + "/records", body, { "If-Match": etag });
      etag = answer.etag;
      records.push(answer.content);
      form.elements.reason.value = "";
      if (action === "correct") {
        values[item.dataset.pointer][field] = answer.content.record.new;
        item.querySelector(".main b").textContent = shown(answer.content.record.new);
      }
      if (action !== "comment") paint(item, action, answer.content);
      fill(item);
      say(words(answer.content));
    } catch (error) {
      say(error.message, true);
    }
  };
  const names = { accept: "accepted", correct: "corrected", reject: "rejected" };
  const paint = (item, action, one) => {
    item.dataset.state = names[action];
    const state = item.querySelector(".state");
    state.textContent = labels[names[action]];
    state.title = words(one);
  };

  document.addEventListener("notice:select", (event) => open(row(event.detail)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "a" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select") || root.dataset.may !== "reviewer") return;
    const item = view.current() && row(view.current());
    if (item && item.classList.contains("v")) { event.preventDefault(); send(item, "accept"); }
  });
  const again = document.getElementById("again");
  if (again) again.addEventListener("click", async () => {
    again.disabled = true;
    try {
      const job = (await call("POST", "/api/notices/" + key + "/again")).content.id;
      for (;;) {
        const now = (await call("GET", "/api/jobs/" + job)).content;
        if (now.state === "done") { location.href = "/notices/" + encodeURIComponent(now.notice); return; }
        if (now.state === "failed") throw new Error(now.error.message);
        await new Promise((wake) => setTimeout(wake, 400));
      }
    } catch (error) {
      say(error.message, true);
      again.disabled = false;
    }
  });
  const next = document.getElementById("next-waiting");
  let turn = -1;
  next.addEventListener("click", () => {
    const open = waiting.filter((one) => one.pointer && ofPointer(one.pointer));
    if (!open.length) return;
    turn = (turn + 1) % open.length;
    view.showTab("values");
    view.select(ofPointer(open[turn].pointer).id, "list");
  });
  (async () => {
    try {
      records = (await call("GET", "/api/notices/" + key + "/records")).content;
      waiting = (await call("GET", "/api/notices/" + key + "/queue")).content;
    } catch (error) { say(error.message, true); }
    const wanted = decodeURIComponent(location.hash.slice(1));
    const item = wanted && ofPointer(wanted);
    if (item) view.select(item.id, "list");
    root.dataset.ready = "";
  })();
})();
