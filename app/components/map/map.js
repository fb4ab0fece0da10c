// The dashboard's map: one MapLibre map per place in the page, never rebuilt. A rerun only hands over new data; layers
// are replaced, pan and zoom stay. Texts of the data reach the page as text nodes only.

const DECIMALS = 5;
const QUIET_MS = 200; // after the last movement the position goes to the address line
const FLIGHT_MS = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 500;
const EMPTY = { type: "FeatureCollection", features: [] };
const INK = "#17202a";

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

// ---------------------------------------------------------------------------------------------------------- loading

let library;
const loadLibrary = (address) => {
  library ??= new Promise((resolve, reject) => {
    const script = element("script");
    script.src = address;
    script.onload = () => resolve(window.maplibregl);
    script.onerror = () => reject(new Error("The map library could not be loaded from the dashboard's server."));
    document.head.append(script);
  });
  return library;
};

const fetched = new Map();
const fetchOnce = (address) => {
  if (!fetched.has(address)) {
    const wanted = fetch(address).then((reply) => {
      if (!reply.ok) throw new Error("Regions could not be loaded; reload the page.");
      return reply.json();
    });
    wanted.catch(() => fetched.delete(address));
    fetched.set(address, wanted);
  }
  return fetched.get(address);
};

// ------------------------------------------------------------------------------------------------------------- page

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
  stage.append(canvas, labels, tooltip, message);
  const legend = element("div", "legend");
  frame.append(head, stage, legend);
  root.append(frame);
  return { frame, path, tools, stage, canvas, labels, tooltip, message, legend };
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
      item.append(swatch, element("span", "", entry.label), element("small", "", `(${entry.count})`));
      item.title = `${entry.count} on the map`;
      list.append(item);
    }
    parts.push(title, list);
  }
  const says = element("p", "says");
  for (const statement of statements) says.append(element("span", "", statement));
  state.page.legend.replaceChildren(...parts, says);
};

// -------------------------------------------------------------------------------------------------------------- map

const pattern = (draw) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 16, height: 16 });
  const pen = canvas.getContext("2d");
  draw(pen);
  return pen.getImageData(0, 0, 16, 16);
};

const hatch = () =>
  pattern((pen) => {
    pen.fillStyle = "#f1f1ef";
    pen.fillRect(0, 0, 16, 16);
    pen.strokeStyle = "#a8a8a3";
    pen.lineWidth = 3;
    pen.lineCap = "square";
    for (const shift of [-16, 0, 16]) {
      pen.beginPath();
      pen.moveTo(shift, 16);
      pen.lineTo(shift + 16, 0);
      pen.stroke();
    }
  });

const dots = () =>
  pattern((pen) => {
    pen.fillStyle = "#ebe8f0";
    pen.fillRect(0, 0, 16, 16);
    pen.fillStyle = "#77708a";
    pen.beginPath();
    pen.arc(8, 8, 3.2, 0, 2 * Math.PI);
    pen.fill();
  });

const lit = (on, off) => [
  "case",
  ["boolean", ["feature-state", "pinned"], false], on,
  ["boolean", ["feature-state", "hover"], false], on,
  off,
];

const addLayers = (state) => {
  const { map } = state;
  map.addImage("hatch", hatch(), { pixelRatio: 2 });
  map.addImage("dots", dots(), { pixelRatio: 2 });
  for (const name of ["ground", "land", "areas", "points"]) {
    map.addSource(name, { type: "geojson", data: EMPTY, promoteId: "id" });
  }
  const add = (id, type, source, paint, more = {}) => map.addLayer({ id, type, source, paint, ...more });
  add("ground", "fill", "ground", { "fill-color": "#fbfbf9" });
  add("ground-line", "line", "ground", { "line-color": "#b9c1c8", "line-width": 0.8 });
  add("land-fill", "fill", "land", { "fill-color": "#fbfbf9", "fill-opacity": 0.01 });
  add("areas-fill", "fill", "areas", { "fill-color": "#ffffff", "fill-opacity": 0.78 });
  add("areas-hatch", "fill", "areas", { "fill-pattern": "hatch", "fill-opacity": 0.85 }, { filter: ["==", ["get", "pattern"], "hatch"] });
  add("areas-dots", "fill", "areas", { "fill-pattern": "dots", "fill-opacity": 0.85 }, { filter: ["==", ["get", "pattern"], "dots"] });
  if (state.data.tiles) {
    map.addSource("addresses", {
      type: "vector", tiles: [new URL(state.data.tiles, document.baseURI).href.replaceAll("%7B", "{").replaceAll("%7D", "}")],
      minzoom: 12, maxzoom: 16,
    });
    add("addresses", "circle", "addresses", {
      "circle-color": "#26323b",
      "circle-opacity": ["interpolate", ["linear"], ["zoom"], 12, 0.18, 14, 0.32, 17, 0.5],
      "circle-radius": ["interpolate", ["exponential", 1.6], ["zoom"], 12, 0.6, 13, 0.7, 16, 1.6, 19, 3.5],
    }, { "source-layer": "addresses" });
  }
  add("areas-line", "line", "areas", { "line-color": "#5b6670", "line-width": 0.6, "line-opacity": 0.8 });
  add("land-line", "line", "land", { "line-color": "#39444e", "line-width": 1.3 });
  add("focus-line", "line", "land", { "line-color": INK, "line-width": 2.6 }, { filter: ["==", ["get", "id"], ""] });
  add("areas-lit", "line", "areas", { "line-color": INK, "line-width": lit(3, 0) });
  add("points", "circle", "points", {
    "circle-color": "#b3432b",
    "circle-stroke-color": "#ffffff",
    "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 11, 0.3, 14, 1],
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 1.4, 13, 3, 16, 5.5],
    "circle-opacity": 0.92,
  });
};

const createMap = (state, library) => {
  const { data } = state;
  const start = data.view ? { center: [data.view.lon, data.view.lat], zoom: data.view.zoom } : { bounds: data.fit.bounds, fitBoundsOptions: { padding: 24 } };
  const map = new library.Map({
    container: state.page.canvas,
    style: { version: 8, sources: {}, layers: [{ id: "water", type: "background", paint: { "background-color": "#e4e9ed" } }] },
    ...start,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxPitch: 0,
    fadeDuration: 0,
    renderWorldCopies: false,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-left");
  map.addControl(new library.ScaleControl({ unit: "metric" }), "bottom-left");
  map.on("move", () => placeLabels(state));
  map.on("moveend", () => {
    chooseLabels(state);
    clearTimeout(state.quiet);
    state.quiet = setTimeout(() => writeView(state), QUIET_MS);
  });
  map.on("mousemove", (event) => point(state, event));
  map.on("mouseout", () => point(state, null));
  map.on("click", (event) => choose(state, event));
  return map;
};

// ------------------------------------------------------------------------------------------------- pointing, choosing

const under = (state, event, layers = ["points", "areas-fill", "land-fill"]) =>
  state.map.queryRenderedFeatures(event.point, { layers })[0];

const point = (state, event) => {
  if (!state.ready) return;
  const found = event && under(state, event);
  const area = found?.source === "areas" ? found.properties.id : null;
  state.map.getCanvas().style.cursor = found && (found.source === "land" || (area !== null && state.data.drill)) ? "pointer" : "";
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
  if (row && found.source === "areas" && state.data.drill) lines.push(element("small", "", "Click to look inside"));
  if (!row) lines.push(element("small", "", "Click to move here"));
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
  const found = under(state, event, ["areas-fill", "land-fill"]); // a point belongs to the region below it
  if (found?.source === "areas") {
    if (state.data.drill) state.pick(state.data.level, found.properties.id);
    else window.dispatchEvent(new CustomEvent("gcrm:pin", { detail: { id: found.properties.id } }));
  } else if (found?.source === "land" && found.properties.id !== state.data.outlines.focus) {
    state.pick(state.data.outlines.level, found.properties.id);
  }
};

// Table and map point at places through these two events of the page.
const announce = (id) => window.dispatchEvent(new CustomEvent("gcrm:hover", { detail: { id } }));

const mark = (state, name, id) => {
  const before = state[name === "hover" ? "hovered" : "pinned"];
  if (state.ready && before !== null) state.map.setFeatureState({ source: "areas", id: before }, { [name]: false });
  if (state.ready && id !== null) state.map.setFeatureState({ source: "areas", id }, { [name]: true });
  state[name === "hover" ? "hovered" : "pinned"] = id;
};

// ----------------------------------------------------------------------------------------------------------- labels

const chooseLabels = (state) => {
  if (!state.ready) return;
  const { labels, stage } = state.page;
  labels.replaceChildren();
  state.labels = [];
  if (!state.show.labels) return;
  const taken = [];
  for (const candidate of state.named) {
    if (state.labels.length >= 60) break;
    const at = state.map.project(candidate.at);
    if (at.x < 0 || at.y < 0 || at.x > stage.clientWidth || at.y > stage.clientHeight) continue;
    const [west, south, east, north] = candidate.box;
    const low = state.map.project([west, south]);
    const high = state.map.project([east, north]);
    const label = element("span", candidate.strong ? "strong" : "", candidate.name);
    labels.append(label);
    const width = label.offsetWidth;
    const height = label.offsetHeight;
    const box = [at.x - width / 2 - 2, at.y - height / 2 - 1, at.x + width / 2 + 2, at.y + height / 2 + 1];
    const clash = taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]);
    if (clash || (!candidate.strong && (high.x - low.x < width * 0.9 || low.y - high.y < height))) {
      label.remove();
      continue;
    }
    taken.push(box);
    state.labels.push({ label, at: candidate.at });
  }
  placeLabels(state);
};

const placeLabels = (state) => {
  for (const { label, at } of state.labels) {
    const { x, y } = state.map.project(at);
    label.style.transform = `translate(-50%, -50%) translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
};

const boxOf = (geometry) => {
  const box = [180, 90, -180, -90];
  const visit = (part) => {
    if (typeof part[0] === "number") {
      box[0] = Math.min(box[0], part[0]);
      box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]);
      box[3] = Math.max(box[3], part[1]);
    } else part.forEach(visit);
  };
  visit(geometry.coordinates);
  return box;
};

const nameable = (collection, strong) =>
  collection.features.map(({ properties, geometry }) => ({ name: properties.name, at: properties.at, box: boxOf(geometry), strong }));

// --------------------------------------------------------------------------------------------------------- position

const writeView = (state) => {
  if (!state.ready || !state.root.host?.isConnected) return;
  const { lat, lng } = state.map.getCenter();
  const address = new URL(window.location.href);
  const text = `${lat.toFixed(DECIMALS)},${lng.toFixed(DECIMALS)},${state.map.getZoom().toFixed(2)}`;
  if (address.searchParams.get("view") === text) return;
  // A comma needs no escape in a query, and Streamlit keeps whatever stands there.
  address.searchParams.set("view", text);
  window.history.replaceState(window.history.state, "", address.href.replaceAll("%2C", ","));
};

const moveTo = (state) => {
  const { view, fit } = state.data;
  const asked = view ? `${view.lat},${view.lon},${view.zoom}` : "";
  if (asked && asked !== state.asked) state.map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
  else if (fit.token !== state.token) state.map.fitBounds(fit.bounds, { padding: 24, duration: FLIGHT_MS });
  else writeView(state); // a rerun may have written the address line without the position
  state.asked = asked;
  state.token = fit.token;
};

// ----------------------------------------------------------------------------------------------------------- filling

const classed = (collection, rows, entries) => ({
  type: "FeatureCollection",
  features: collection.features
    .filter(({ properties }) => rows.has(properties.id))
    .map((feature) => {
      const row = rows.get(feature.properties.id);
      const entry = entries.get(row.key);
      return { ...feature, properties: { ...feature.properties, colour: entry?.colour ?? "#fff", pattern: entry?.pattern ?? "plain" } };
    }),
});

const fill = (state, areas, land) => {
  const { data, map } = state;
  const entries = new Map((data.legend?.entries ?? []).map((entry) => [entry.key, entry]));
  state.rows = new Map(data.areas.rows.map((row) => [row.id, row]));
  state.spots = new Map((data.points?.rows ?? []).map((row) => [row.id, row]));
  const drawn = classed(areas, state.rows, entries);
  map.removeFeatureState({ source: "areas" });
  state.hovered = state.pinned = null;
  state.page.tooltip.hidden = true;
  map.getSource("areas").setData(drawn);
  map.setPaintProperty("areas-fill", "fill-color", ["get", "colour"]);
  map.getSource("land").setData(land);
  map.setFilter("focus-line", ["==", ["get", "id"], data.outlines?.focus ?? ""]);
  map.getSource("points").setData(data.points?.features ?? EMPTY);
  const order = new Map(data.areas.rows.map((row, i) => [row.name, i]));
  const inner = data.cells ? [] : nameable(drawn, false).sort((a, b) => order.get(a.name) - order.get(b.name));
  const around = { ...land, features: land.features.filter(({ properties }) => properties.id !== data.outlines?.focus) };
  state.named = [...nameable(data.outlines?.same ? EMPTY : around, true), ...inner];
  applyShow(state);
};

const applyShow = (state) => {
  for (const name of ["addresses", "points"]) {
    if (state.map.getLayer(name)) state.map.setLayoutProperty(name, "visibility", state.show[name] ? "visible" : "none");
  }
  chooseLabels(state);
};

const update = async (state) => {
  const { data } = state;
  drawPath(state);
  drawTools(state);
  drawLegend(state);
  const collect = (layer) => (layer?.source ? fetchOnce(layer.source) : Promise.resolve(layer?.features ?? EMPTY));
  const [library, areas, land, ground] = await Promise.all([
    loadLibrary(data.library), collect(data.areas), collect(data.outlines), data.ground ? fetchOnce(data.ground) : EMPTY,
  ]);
  if (state.data !== data) return; // newer data came meanwhile
  if (!state.map) {
    state.map = createMap(state, library);
    state.asked = data.view ? `${data.view.lat},${data.view.lon},${data.view.zoom}` : "";
    state.token = data.fit.token;
    await new Promise((done) => state.map.once("load", done));
    addLayers(state);
    state.map.getSource("ground").setData(ground);
    state.ready = true;
  }
  if (!state.ready || state.data !== data) {
    if (state.ready) update(state);
    return;
  }
  fill(state, areas, land);
  moveTo(state);
  state.page.message.hidden = true;
  state.map.once("idle", () => {
    if (state.data === data) state.page.frame.dataset.drawn = data.stamp;
  });
};

const fail = (state, error) => {
  state.page.message.textContent = error.message;
  state.page.message.hidden = false;
};

const open = (root, style) => {
  const link = element("link");
  link.rel = "stylesheet";
  link.href = style;
  root.append(link);
  const state = {
    root, page: build(root), map: null, ready: false, hovered: null, pinned: null, rows: new Map(), spots: new Map(),
    labels: [], named: [], show: { labels: true, addresses: true, points: true },
  };
  state.onHover = (event) => mark(state, "hover", state.rows.has(event.detail.id) ? event.detail.id : null);
  state.onPin = (event) => mark(state, "pinned", event.detail.id === state.pinned ? null : event.detail.id);
  window.addEventListener("gcrm:hover", state.onHover);
  window.addEventListener("gcrm:pin", state.onPin);
  return state;
};

const close = (root) => {
  const state = root.gcrm;
  if (!state) return;
  window.removeEventListener("gcrm:hover", state.onHover);
  window.removeEventListener("gcrm:pin", state.onPin);
  clearTimeout(state.quiet);
  state.map?.remove();
  state.page.frame.remove();
  delete root.gcrm;
};

export default ({ parentElement: root, data, setTriggerValue }) => {
  root.gcrm ??= open(root, data.style);
  const state = root.gcrm;
  state.data = data;
  state.pick = (level, id) => setTriggerValue("picked", { level, id });
  update(state).catch((error) => fail(state, error));
  // Streamlit also calls this when newer data overtakes older; the map goes only when it has left the page.
  return () => setTimeout(() => root.host?.isConnected || close(root), 0);
};
