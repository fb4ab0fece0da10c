// The page around the map: path, tools, legend. Texts of the data reach it as text nodes only.

const element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const button = (text, act) => {
  const made = element("button", "", text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
};

const build = (root) => {
  const frame = element("section", "frame");
  const head = element("header", "head");
  const path = element("nav", "path");
  path.setAttribute("aria-label", "Regions");
  const tools = element("div", "tools");
  head.append(path, tools);
  const stage = element("div", "stage");
  const canvas = element("div", "canvas");
  const labels = element("div", "labels");
  const tooltip = element("div", "tooltip");
  tooltip.hidden = true;
  const message = element("p", "message", "Loading map…");
  message.setAttribute("role", "status");
  const attribution = element("div", "attribution");
  attribution.hidden = true;
  stage.append(canvas, labels, attribution, tooltip, message);
  const legend = element("div", "legend");
  frame.append(head, stage, legend);
  root.append(frame);
  return { frame, path, tools, stage, canvas, labels, attribution, tooltip, message, legend };
};

const drawPath = (state) => {
  const list = element("ol");
  state.data.path.forEach((step, i, steps) => {
    const item = element("li");
    const go = button(step.name, () => state.pick(step.level, step.id));
    if (i === steps.length - 1) {
      go.disabled = true;
      go.setAttribute("aria-current", "page");
    }
    item.append(go);
    list.append(item);
  });
  state.page.path.replaceChildren(list);
};

const drawTools = (state) => {
  const toggle = (name, text) => {
    const made = button(text, () => {
      state.show[name] = !state.show[name];
      made.setAttribute("aria-pressed", String(state.show[name]));
      applyShow(state);
    });
    made.setAttribute("aria-pressed", String(state.show[name]));
    return made;
  };
  const made = [toggle("labels", "Names"), toggle("addresses", "Addresses")];
  if (state.data.base) made.unshift(toggle("base", "Base map"), toggle("areas", "Colours"));
  if (state.data.points?.features.features.length) made.push(toggle("points", state.data.points.title));
  state.page.tools.replaceChildren(...made);
};

const drawLegend = (state) => {
  const { legend, statements } = state.data;
  const parts = [];
  if (legend) {
    const title = element("p", "legend-title");
    title.append(element("strong", "", legend.title), element("span", "", legend.method));
    const list = element("ul");
    for (const entry of legend.entries) {
      const item = element("li");
      const swatch = element("i", `swatch ${entry.pattern}`);
      if (entry.pattern === "plain") swatch.style.backgroundColor = entry.colour;
      item.append(swatch, element("span", "", entry.label));
      if (entry.count !== null) {
        item.append(element("small", "", `(${entry.count})`));
        item.title = `${entry.count} on the map`;
      }
      list.append(item);
    }
    parts.push(title, list);
  }
  const says = element("p", "says");
  for (const statement of statements) says.append(element("span", "", statement));
  state.page.legend.replaceChildren(...parts, says);
};
