// Names on the map: as many as fit without touching, the most important first.

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
    const label = element("span", candidate.under ? "under" : candidate.strong ? "strong" : "", candidate.name);
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
