// The ranked table beside the map: hovering and choosing work both ways, through two events of the page.

const element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const announce = (name, id) => window.dispatchEvent(new CustomEvent(name, { detail: { id } }));

const sorted = (state) => {
  const { column, down } = state.order;
  const rows = [...state.data.rows];
  if (column === 0) return down ? rows : rows.reverse(); // rows come ranked
  const value = (row) => row.cells[column - 1].sort;
  const known = rows.filter((row) => value(row) !== null);
  const rest = rows.filter((row) => value(row) === null);
  const compare = (a, b) => (typeof a === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true }));
  known.sort((a, b) => (down ? -1 : 1) * compare(value(a), value(b)));
  return [...known, ...rest]; // what is not known stands last either way
};

const head = (state) => {
  const row = element("tr");
  state.data.columns.forEach((title, i) => {
    const cell = element("th", i === 1 ? "" : "number");
    cell.scope = "col";
    const sort = element("button", "", title);
    sort.type = "button";
    sort.addEventListener("click", () => {
      state.order = { column: i, down: state.order.column === i ? !state.order.down : i !== 1 };
      draw(state);
    });
    if (state.order.column === i) cell.setAttribute("aria-sort", state.order.down ? "descending" : "ascending");
    cell.append(sort);
    row.append(cell);
  });
  const made = element("thead");
  made.append(row);
  return made;
};

const choose = (state, id) => {
  if (state.data.drill) state.pick(state.data.level, id);
  else announce("gcrm:pin", id);
};

const line = (state, row) => {
  const made = element("tr");
  made.tabIndex = 0;
  made.dataset.id = row.id;
  made.append(element("td", "number rank", row.rank));
  row.cells.forEach((cell, i) => {
    const box = element("td", i === 0 ? "name" : `number ${cell.look ?? ""}`);
    if (i === 1) {
      const bar = element("i", "bar");
      bar.style.width = `${Math.round(100 * row.length)}%`;
      bar.style.background = row.colour;
      box.append(bar);
    }
    const text = element("span", cell.note ? "noted" : "", cell.text);
    if (cell.note) text.title = cell.note;
    box.append(text);
    made.append(box);
  });
  made.addEventListener("mouseenter", () => announce("gcrm:hover", row.id));
  made.addEventListener("mouseleave", () => announce("gcrm:hover", null));
  made.addEventListener("focus", () => announce("gcrm:hover", row.id));
  made.addEventListener("blur", () => announce("gcrm:hover", null));
  made.addEventListener("click", () => choose(state, row.id));
  made.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(state, row.id);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      (event.key === "ArrowDown" ? made.nextElementSibling : made.previousElementSibling)?.focus();
    }
  });
  return made;
};

const draw = (state) => {
  const table = element("table");
  table.append(element("caption", "", state.data.caption), head(state));
  const body = element("tbody");
  body.append(...sorted(state).map((row) => line(state, row)));
  table.append(body);
  state.rows = new Map([...body.children].map((row) => [row.dataset.id, row]));
  const says = element("p", "says", state.data.statement);
  const scroll = element("div", "scroll");
  scroll.append(state.data.rows.length ? table : element("p", "empty", state.data.empty));
  state.frame.replaceChildren(scroll, says);
};

const mark = (state, name, id) => {
  state.rows.get(state[name])?.classList.remove(name);
  state[name] = name === "pinned" && state.pinned === id ? null : id;
  const row = state.rows.get(state[name]);
  row?.classList.add(name);
  const pointed = row && !row.matches(":hover, :focus");
  if (pointed) row.scrollIntoView({ block: "nearest" });
};

const open = (root) => {
  const state = { root, frame: element("section", "frame"), rows: new Map(), hover: null, pinned: null, order: { column: 0, down: true } };
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
  state.data = data;
  state.hover = state.pinned = null;
  state.pick = (level, id) => setTriggerValue("picked", { level, id });
  draw(state);
  return () => setTimeout(() => root.host?.isConnected || close(root), 0);
};
