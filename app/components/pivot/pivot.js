// The pivot table beside the map. A member leads inside, a figure to its records; rows and places point at each other
// through two events of the page. Texts of the data reach the page as text nodes only.

const element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const button = (className, text, act) => {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
};

const announce = (id) => window.dispatchEvent(new CustomEvent("gcrm:hover", { detail: { id } }));

const sorted = (state) => {
  const { column, down } = state.order;
  const rows = [...state.data.rows];
  if (column === null || !state.data.sortable || column >= state.data.leaves.length) return rows;
  const last = rows.filter((row) => row.last); // the unknown one, the rest and the total
  const value = (row) => row.cells[column].sort;
  const own = rows.filter((row) => !row.last);
  const known = own.filter((row) => value(row) !== null).sort((a, b) => (down ? -1 : 1) * (value(a) - value(b)));
  return [...known, ...own.filter((row) => value(row) === null), ...last];
};

const member = (state, box, { text, step, help }) => {
  if (step) {
    const go = button("in", text, () => state.drill(step));
    go.title = "Look inside";
    box.append(go);
  } else box.append(element("span", "", text));
  if (help) box.title = help;
};

const sorter = (state, i) => {
  const made = button("sort", "", () => {
    state.order = { column: i, down: state.order.column === i ? !state.order.down : true };
    draw(state);
  });
  made.setAttribute("aria-label", "Order the rows by this column");
  made.title = "Order the rows by this column";
  return made;
};

const head = (state) => {
  const { corner, heads, leaves, sortable } = state.data;
  const made = element("thead");
  heads.forEach((line, depth) => {
    const row = element("tr");
    const bottom = depth === heads.length - 1;
    if (depth === 0) {
      (corner.length ? corner : [""]).forEach((title, i) => {
        const box = element("th", `corner${i === 0 ? " first" : ""}`, title);
        box.scope = "col";
        box.rowSpan = heads.length;
        row.append(box);
      });
    }
    line.forEach((cell, i) => {
      const box = element("th", `number${bottom && leaves[i].total ? " total" : ""}`);
      box.scope = bottom ? "col" : "colgroup";
      box.colSpan = cell.span;
      member(state, box, cell);
      if (bottom && sortable) {
        box.append(sorter(state, i));
        if (state.order.column === i) box.setAttribute("aria-sort", state.order.down ? "descending" : "ascending");
      }
      row.append(box);
    });
    made.append(row);
  });
  return made;
};

const figure = (state, row, cell, leaf) => {
  const box = element("td", `number ${cell.look ?? ""}${leaf.total ? " total" : ""}`);
  if (cell.tint) box.style.setProperty("--tint", `${Math.round(34 * cell.tint)}%`);
  if (cell.note) box.title = cell.note;
  if (cell.sort === null || !row.opens || leaf.key === null) box.append(element("span", "", cell.text));
  else {
    const open = button("open", cell.text, () => state.open([row.key, leaf.key].filter(Boolean).join("/"), leaf.measure));
    open.title = "List the records behind this figure";
    box.append(open);
  }
  return box;
};

const line = (state, row, before) => {
  const made = element("tr", row.total ? "total" : "");
  if (row.place) {
    made.dataset.place = row.place;
    made.addEventListener("mouseenter", () => announce(row.place));
    made.addEventListener("mouseleave", () => announce(null));
  }
  let same = Boolean(before);
  row.heads.forEach((cell, i) => {
    same = same && before.heads[i].text === cell.text;
    const box = element("th", `${i === 0 ? "first" : ""}${same && i < row.heads.length - 1 ? " again" : ""}`);
    box.scope = "row";
    member(state, box, cell);
    made.append(box);
  });
  if (!row.heads.length) made.append(element("th", "first"));
  row.cells.forEach((cell, i) => made.append(figure(state, row, cell, state.data.leaves[i])));
  return made;
};

const drawPath = (state) => {
  const list = element("ol");
  state.data.path.forEach((step, i, steps) => {
    const item = element("li");
    const go = button("", step.name, () => state.back(step.level));
    if (i === steps.length - 1) {
      go.disabled = true;
      go.setAttribute("aria-current", "page");
    }
    item.append(go);
    list.append(item);
  });
  const path = element("nav", "path");
  path.setAttribute("aria-label", "Way up");
  path.append(list);
  return path;
};

const draw = (state) => {
  const { data } = state;
  const table = element("table");
  table.append(element("caption", "", data.caption), head(state));
  const body = element("tbody");
  const rows = sorted(state);
  body.append(...rows.map((row, i) => line(state, row, rows[i - 1])));
  table.append(body);
  const scroll = element("div", "scroll");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", data.caption);
  scroll.append(rows.length ? table : element("p", "empty", data.empty));
  const parts = [scroll];
  if (data.path.length > 1 || data.alone) parts.unshift(drawPath(state));
  if (data.statement) parts.push(element("p", "says", data.statement));
  state.frame.replaceChildren(...parts);
};

const mark = (state, name, id) => {
  for (const row of state.frame.querySelectorAll(`tr.${name}`)) row.classList.remove(name);
  if (id === null) return;
  const found = [...state.frame.querySelectorAll("tr[data-place]")].filter((row) => row.dataset.place === id);
  for (const row of found) row.classList.add(name);
  if (found.length && !found.some((row) => row.matches(":hover"))) found[0].scrollIntoView({ block: "nearest" });
};

const open = (root) => {
  const state = { root, frame: element("section", "frame"), order: { column: null, down: true } };
  root.append(state.frame);
  state.onHover = (event) => mark(state, "hover", event.detail.id);
  state.onPin = (event) => mark(state, "pinned", event.detail.id);
  window.addEventListener("gcrm:hover", state.onHover);
  window.addEventListener("gcrm:pin", state.onPin);
  return state;
};

const close = (root) => {
  window.removeEventListener("gcrm:hover", root.gcrm?.onHover);
  window.removeEventListener("gcrm:pin", root.gcrm?.onPin);
  root.gcrm?.frame.remove();
  delete root.gcrm;
};

export default ({ parentElement: root, data, setTriggerValue }) => {
  root.gcrm ??= open(root);
  const state = root.gcrm;
  if (state.data?.caption !== data.caption) state.order = { column: null, down: true };
  state.data = data;
  state.drill = (step) => setTriggerValue("drilled", { step });
  state.back = (steps) => setTriggerValue("backed", { steps });
  state.open = (cell, measure) => setTriggerValue("opened", { cell, measure });
  draw(state);
  return () => setTimeout(() => root.host?.isConnected || close(root), 0);
};
