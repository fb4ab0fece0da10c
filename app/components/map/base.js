// The base map: water, green, buildings and roads from the project's own data, quiet enough for figures above it.

const LAND = "#f4f3ef";
const SEA = "#e4e9ed"; // what stands around the regions where there is no base map
const BASE_ZOOM = 16; // tiles of this zoom level serve all that are closer

const of = (...layers) => ["in", ["get", "layer"], ["literal", layers]];
const kinds = (pairs, other) => ["match", ["get", "kind"], ...Object.entries(pairs).flat(), other];
const wide = (...stops) => ["interpolate", ["exponential", 1.55], ["zoom"], ...stops.flat()];
const width = (extra) =>
  wide(
    [8, kinds({ major: 0.8, main: 0.5 }, 0.3)],
    [12, kinds({ major: 2.2, main: 1.7, middle: 1.2, street: 0.5 }, 0.3)],
    [15, kinds({ major: 6 + extra, main: 5.5 + extra, middle: 4.5 + extra, street: 3.2 + extra, walk: 2.4 + extra, service: 1.6 + extra }, 1)],
    [18, kinds({ major: 24 + extra, main: 22 + extra, middle: 18 + extra, street: 15 + extra, walk: 11 + extra, service: 8 + extra }, 3)],
  );
const ROADS = ["all", of("road"), ["!=", ["get", "kind"], "path"]];
const SQUARE = { "line-cap": "butt", "line-join": "round" };
const ROUND = { "line-cap": "round", "line-join": "round" };

const BASE = [
  ["base-land", "fill", of("land", "green"), { "fill-color": ["match", ["get", "layer"], "green", "#dfe9d5", kinds({ beach: "#f5eeda", industrial: "#e9e8ec", institutional: "#f1ebdd", commercial: "#f3eae7" }, "#ebeae6")] }],
  ["base-water", "fill", of("water"), { "fill-color": "#c6dae6" }],
  ["base-stream", "line", of("stream"), { "line-color": "#c6dae6", "line-width": wide([9, 0.6], [13, 2], [18, 12]) }, ROUND],
  ["base-building", "fill", of("building"), { "fill-color": "#dcd8d0", "fill-outline-color": "#c4bfb5", "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.6, 15, 1] }],
  ["base-rail", "line", of("rail"), { "line-color": "#b5b2ad", "line-width": wide([10, 0.5], [14, 1.2], [18, 4]), "line-dasharray": [5, 1.5] }, SQUARE],
  ["base-path", "line", ["all", of("road"), ["==", ["get", "kind"], "path"]], { "line-color": "#c7bba6", "line-width": wide([15, 0.7], [18, 2.2]), "line-dasharray": [2, 1.2] }, SQUARE],
  ["base-casing", "line", ROADS, { "line-color": "#b9b4aa", "line-width": width(1.4), "line-opacity": ["case", ["<", ["get", "storey"], 0], 0.35, 1] }, ROUND],
  ["base-road", "line", ROADS, { "line-color": kinds({ major: "#f3d9a4", main: "#f9e9c3", walk: "#f1eee8" }, "#ffffff"), "line-width": width(0), "line-opacity": ["case", ["<", ["get", "storey"], 0], 0.5, 1] }, ROUND],
];

const absolute = (address) => new URL(address, document.baseURI).href.replaceAll("%7B", "{").replaceAll("%7D", "}");

const addBase = (state) => {
  const { data, map, page } = state;
  page.attribution.textContent = data.base?.attribution ?? "";
  if (!data.base) return;
  map.addSource("base", { type: "vector", tiles: [absolute(data.base.tiles)], minzoom: 0, maxzoom: BASE_ZOOM });
  for (const [id, type, filter, paint, layout = {}] of BASE) {
    map.addLayer({ id, type, source: "base", "source-layer": "ground", filter, paint, layout });
  }
};

const showBase = (state) => {
  const { map, page, show, data } = state;
  const shown = Boolean(data.base) && show.base;
  page.attribution.hidden = !shown || !page.attribution.textContent;
  map.setPaintProperty("water", "background-color", shown ? LAND : SEA);
  for (const [id] of BASE) if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", shown ? "visible" : "none");
  // Figures let the streets show through, the more the closer one looks; buildings have no streets below.
  const through = shown && !data.solid ? ["interpolate", ["linear"], ["zoom"], 11, 0.72, 14, 0.55, 17, 0.32] : null;
  for (const [id, full] of [["areas-fill", 0.78], ["areas-hatch", 0.85], ["areas-dots", 0.85]]) {
    map.setPaintProperty(id, "fill-opacity", through ?? full);
    map.setLayoutProperty(id, "visibility", show.areas ? "visible" : "none");
  }
};
