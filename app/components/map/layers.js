// The map itself: its layers, their look, and where it stands.

const DECIMALS = 5;
const QUIET_MS = 200; // after the last movement the position goes to the address line
const FLIGHT_MS = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 500;
const EMPTY = { type: "FeatureCollection", features: [] };
const INK = "#17202a";

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

// What a click gave since the areas were drawn is painted over: to draw thousands of areas anew takes too long.
const painted = ["to-color", ["coalesce", ["feature-state", "given"], ["get", "colour"]]];
const textured = ["case", ["boolean", ["feature-state", "plain"], false], 0, 0.85];

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
  addBase(state);
  add("land-fill", "fill", "land", { "fill-color": "#fbfbf9", "fill-opacity": 0.01 });
  add("areas-fill", "fill", "areas", { "fill-color": "#ffffff", "fill-opacity": 0.78 });
  add("areas-hatch", "fill", "areas", { "fill-pattern": "hatch", "fill-opacity": textured }, { filter: ["==", ["get", "pattern"], "hatch"] });
  add("areas-dots", "fill", "areas", { "fill-pattern": "dots", "fill-opacity": textured }, { filter: ["==", ["get", "pattern"], "dots"] });
  if (state.data.tiles) {
    map.addSource("addresses", {
      type: "vector", tiles: [absolute(state.data.tiles)],
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
    // Only where pins are set is a point that is called so one.
    "circle-color": state.data.placing ? ["case", ["==", ["get", "id"], "pin"], "#0b5a73", "#b3432b"] : "#b3432b",
    "circle-stroke-color": "#ffffff",
    "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 11, 0.3, 14, 1],
    "circle-radius": state.data.placing ? 7 : ["interpolate", ["linear"], ["zoom"], 10, 1.4, 13, 3, 16, 5.5],
    "circle-opacity": 0.92,
  });
};

const createMap = (state, library) => {
  const { data } = state;
  const start = data.view ? { center: [data.view.lon, data.view.lat], zoom: data.view.zoom } : { bounds: data.fit.bounds, fitBoundsOptions: { padding: 24 } };
  const map = new library.Map({
    container: state.page.canvas,
    style: { version: 8, sources: {}, layers: [{ id: "water", type: "background", paint: { "background-color": SEA } }] },
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
