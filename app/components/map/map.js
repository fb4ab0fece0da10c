// The dashboard's map: one MapLibre map per place in the page, never rebuilt. A rerun only hands over new data; layers
// are replaced, pan and zoom stay. Texts of the data reach the page as text nodes only.

const MOST_REPAINTED = 500;

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

// Areas that are drawn already and of which few belong to something else now are painted over.
const repaint = (state, entries) => {
  const { source } = state.data.areas;
  const base = state.base;
  if (!source || base?.source !== source || base.keys.size !== state.rows.size) return false;
  if ([...base.colours].some(([key, colour]) => entries.has(key) && entries.get(key).colour !== colour)) return false;
  const changed = [...state.rows.values()].filter((row) => base.keys.get(row.id) !== row.key);
  if (changed.length > MOST_REPAINTED || changed.some((row) => !base.keys.has(row.id) || !entries.has(row.key))) return false;
  for (const row of changed) paint(state, row.id, entries.get(row.key).colour);
  return true;
};

const fill = (state, areas, land) => {
  const { data, map } = state;
  const entries = new Map((data.legend?.entries ?? []).map((entry) => [entry.key, entry]));
  state.rows = new Map(data.areas.rows.map((row) => [row.id, row]));
  state.spots = new Map((data.points?.rows ?? []).map((row) => [row.id, row]));
  for (const [id, one] of state.waiting) if (one.number <= (data.give?.seen ?? Infinity)) state.waiting.delete(id);
  map.removeFeatureState({ source: "areas" });
  state.hovered = state.pinned = null;
  state.page.tooltip.hidden = true;
  if (!repaint(state, entries)) {
    const keys = new Map(data.areas.rows.map((row) => [row.id, row.key]));
    const colours = new Map([...entries].map(([key, entry]) => [key, entry.colour]));
    state.base = { source: data.areas.source, keys, colours, drawn: classed(areas, state.rows, entries) };
    map.getSource("areas").setData(state.base.drawn);
    map.setPaintProperty("areas-fill", "fill-color", painted);
  }
  const { drawn } = state.base;
  paintWaiting(state);
  map.getSource("land").setData(land);
  map.setFilter("focus-line", ["==", ["get", "id"], data.outlines?.focus ?? ""]);
  map.getSource("points").setData(data.points?.features ?? EMPTY);
  const order = new Map(data.areas.rows.map((row, i) => [row.name, i]));
  const inner = data.cells ? [] : nameable(drawn, false).sort((a, b) => order.get(a.name) - order.get(b.name));
  const around = { ...land, features: land.features.filter(({ properties }) => properties.id !== data.outlines?.focus) };
  const spots = data.placing ? nameable(data.points?.features ?? EMPTY, true).map((spot) => ({ ...spot, under: true })) : [];
  state.named = [...spots, ...nameable(data.outlines?.same ? EMPTY : around, true), ...(data.placing ? [] : inner)];
  applyShow(state);
};

const applyShow = (state) => {
  for (const name of ["addresses", "points"]) {
    if (state.map.getLayer(name)) state.map.setLayoutProperty(name, "visibility", state.show[name] ? "visible" : "none");
  }
  showBase(state);
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

const open = (root, data) => {
  const link = element("link");
  link.rel = "stylesheet";
  link.href = data.style;
  root.append(link);
  const state = {
    root, page: build(root), map: null, ready: false, hovered: null, pinned: null, rows: new Map(), spots: new Map(),
    base: null, waiting: new Map(), clicks: Date.now(),
    labels: [], named: [], show: { base: true, areas: true, labels: true, addresses: !data.base, points: true },
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
  root.gcrm ??= open(root, data);
  const state = root.gcrm;
  state.data = data;
  state.pick = (level, id) => setTriggerValue("picked", { level, id });
  state.give = (level, id, given, number) => setTriggerValue("picked", { level, id, given, number });
  state.open = (id) => setTriggerValue("opened", { id });
  state.place = (lon, lat) => setTriggerValue("placed", { lon, lat });
  update(state).catch((error) => fail(state, error));
  // Streamlit also calls this when newer data overtakes older; the map goes only when it has left the page.
  return () => setTimeout(() => root.host?.isConnected || close(root), 0);
};
