// What lies under the pointer, and what a click chooses.

const under = (state, event, layers = ["points", "areas-fill", "land-fill"]) =>
  state.map.queryRenderedFeatures(event.point, { layers })[0];

const point = (state, event) => {
  if (!state.ready) return;
  const found = event && under(state, event);
  const area = found?.source === "areas" ? found.properties.id : null;
  const quiet = state.data.placing ? "crosshair" : "";
  state.map.getCanvas().style.cursor = found && !state.data.placing && (area === null || state.data.hint) ? "pointer" : quiet;
  if (area !== state.hovered) announce(area);
  describe(state, found, event);
};

const describe = (state, found, event) => {
  const { tooltip, stage } = state.page;
  const row = found && (found.source === "areas" ? state.rows.get(found.properties.id) : found.source === "points" ? state.spots.get(found.properties.id) : null);
  if (!found || (!row && found.source !== "land") || (found.source === "land" && found.properties.id === state.data.outlines?.focus)) {
    tooltip.hidden = true;
    return;
  }
  const lines = [element("strong", "", row ? row.name : found.properties.name)];
  const facts = row ? [...(found.source === "areas" ? [[state.data.title, row.text]] : []), ...row.facts] : [];
  for (const [name, text] of facts) {
    const line = element("div");
    line.append(element("span", "", name), element("b", "", text));
    lines.push(line);
  }
  const opens = state.data.opening && found.source === "points" && found.properties.id !== "pin";
  const hint = opens ? "Click to go there" : state.data.placing ? "Click to set the pin" : !row ? "Click to move here" : found.source === "points" ? "Click to open" : state.data.hint;
  if (hint) lines.push(element("small", "", hint));
  tooltip.replaceChildren(...lines);
  tooltip.hidden = false;
  const { width, height } = tooltip.getBoundingClientRect();
  const right = event.point.x + 14 + width < stage.clientWidth;
  const below = event.point.y + 14 + height < stage.clientHeight;
  tooltip.style.left = `${right ? event.point.x + 14 : Math.max(0, event.point.x - 14 - width)}px`;
  tooltip.style.top = `${below ? event.point.y + 14 : Math.max(0, event.point.y - 14 - height)}px`;
};

const choose = (state, event) => {
  if (!state.ready) return;
  const found = under(state, event);
  const pinned = state.data.placing && !(state.data.opening && found?.source === "points" && found.properties.id !== "pin");
  if (pinned) state.place(event.lngLat.lng, event.lngLat.lat);
  else if (found?.source === "points") state.open(found.properties.id);
  else if (found?.source === "areas") {
    if (state.data.give) give(state, found.properties.id);
    else if (state.data.hint) state.pick(state.data.level, found.properties.id);
    else window.dispatchEvent(new CustomEvent("gcrm:pin", { detail: { id: found.properties.id } }));
  } else if (found?.source === "land" && found.properties.id !== state.data.outlines.focus) {
    state.pick(state.data.outlines.level, found.properties.id);
  }
};

// A unit goes to what is in hand, or to nobody where it is there already: seen at once, told to the page, and kept until
// data comes that knows of it. Clicks that the page has not heard of yet are told again with the next one.
const give = (state, id) => {
  const row = state.rows.get(id);
  if (!row) return;
  const { to, key } = state.data.give;
  const taken = row.key === key;
  state.waiting.set(id, { to: taken ? "" : to, key: taken ? "none" : key, number: (state.clicks += 1) });
  paintWaiting(state);
  state.page.tooltip.hidden = true;
  const given = Object.fromEntries([...state.waiting].map(([unit, one]) => [unit, one.to]));
  state.give(state.data.level, id, given, state.clicks);
};

const paintWaiting = (state) => {
  const entries = new Map((state.data.legend?.entries ?? []).map((entry) => [entry.key, entry]));
  for (const [id, { key }] of state.waiting) {
    const row = state.rows.get(id);
    if (!row || row.key === key) continue;
    for (const [entry, by] of [[entries.get(row.key), -1], [entries.get(key), 1]]) if (entry?.count !== undefined) entry.count += by;
    row.key = key;
    row.text = entries.get(key)?.label ?? row.text;
    paint(state, id, entries.get(key)?.colour ?? state.data.give?.colour);
  }
  drawLegend(state);
};

const paint = (state, id, colour) => state.map.setFeatureState({ source: "areas", id }, { given: colour, plain: true });

// Table and map point at places through these two events of the page.
const announce = (id) => window.dispatchEvent(new CustomEvent("gcrm:hover", { detail: { id } }));

const mark = (state, name, id) => {
  const before = state[name === "hover" ? "hovered" : "pinned"];
  if (state.ready && before !== null) state.map.setFeatureState({ source: "areas", id: before }, { [name]: false });
  if (state.ready && id !== null) state.map.setFeatureState({ source: "areas", id }, { [name]: true });
  state[name === "hover" ? "hovered" : "pinned"] = id;
};
