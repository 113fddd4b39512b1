/**
 * The timeline in the browser: a crosshair through all panes by pointer and keys, zoom by dragging over any of them,
 * and rows of the readout that hide what they stand for. Paths are written anew by their horizontal places, which
 * follow an M, an L or an H.
 */
export const CLOCK_SOURCE = String.raw`
const all = (root, selector) => [...root.querySelectorAll(selector)];
const rounded = (value) => Math.round(value * 10) / 10;
const svgElement = (name, attributes) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

function clockPicture(svg) {
  const { from, to, left, right, ticks } = svg.dataset;
  const [start, end, first, last] = [from, to, left, right].map(Number);
  const width = svg.viewBox.baseVal.width;
  const pxOf = (second) => first + ((second - start) / (end - start)) * (last - first);
  const moving = all(svg, '.moving [d], .moving rect, .moving text').map((node) => ({
    node,
    d: node.getAttribute('d'),
    x: node.hasAttribute('x') ? Number(node.getAttribute('x')) : null,
    width: node.hasAttribute('width') ? Number(node.getAttribute('width')) : null,
  }));
  const axis = svg.querySelector('.ticks');
  const cross = svg.querySelector('.cross');
  const label = cross.querySelector('text');
  const axisAt = label.getAttribute('y');
  const ticksBefore = axis.innerHTML;
  let view = [start, end];
  const place = (second) => first + ((second - view[0]) / (view[1] - view[0])) * (last - first);
  return {
    svg,
    secondAt(clientX) {
      const box = svg.getBoundingClientRect();
      const px = ((clientX - box.left) / box.width) * width;
      return view[0] + ((px - first) / (last - first)) * (view[1] - view[0]);
    },
    cross(second, words) {
      const x = place(second);
      cross.style.display = x < first - 1 || x > last + 1 ? 'none' : '';
      cross.setAttribute('transform', 'translate(' + rounded(x) + ' 0)');
      label.textContent = words;
      const room = Math.max(0, 24 - (width - x)) - Math.max(0, 24 - x);
      label.parentNode.setAttribute('transform', 'translate(' + rounded(-room) + ' 0)');
    },
    zoom(next) {
      view = next;
      const scale = (end - start) / (view[1] - view[0]);
      const move = (x) => rounded(first + (x - pxOf(view[0])) * scale);
      for (const { node, d, x, width: wide } of moving) {
        const moved = d?.replace(/([MLH])(-?[\d.]+)/g, (_, letter, at) => letter + move(Number(at)));
        if (moved !== undefined) node.setAttribute('d', moved);
        if (x !== null) node.setAttribute('x', move(x));
        if (x !== null && wide !== null) node.setAttribute('width', rounded(wide * scale));
      }
      if (scale === 1) {
        axis.innerHTML = ticksBefore;
        return;
      }
      axis.replaceChildren(...ticksOf(view, Number(ticks)).flatMap((second) => {
        const at = rounded(place(second));
        const words = svgElement('text', { x: at, y: axisAt, 'text-anchor': 'middle' });
        words.textContent = Number(second.toPrecision(8)) + ' s';
        return [svgElement('path', { class: 'base', d: 'M' + at + ' ' + (axisAt - 15) + 'v4' }), words];
      }));
    },
    brush(a, b) {
      svg.querySelector('.brush')?.remove();
      if (a === null) return;
      const [x, x2] = [place(Math.min(a, b)), place(Math.max(a, b))].map((px) => Math.max(first, Math.min(last, px)));
      svg.append(svgElement('rect', { class: 'brush', x, y: 0, width: x2 - x, height: axisAt - 15 }));
    },
  };
}

function ticksOf([from, to], wanted) {
  const rough = (to - from) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((each) => each * power >= rough * 0.999);
  const found = [];
  for (let at = Math.ceil(from / step - 1e-9) * step; at <= to + step * 1e-9; at += step) found.push(at);
  return found;
}

function clock(root) {
  const data = JSON.parse(root.querySelector('.clock-data').textContent);
  const pictures = all(root, 'svg.clock').map(clockPicture);
  const stage = root.querySelector('.stage');
  const [whole] = pictures;
  const bounds = [Number(whole.svg.dataset.from), Number(whole.svg.dataset.to)];
  const moment = root.querySelector('.moment');
  const values = data.tracks.flatMap(([id, texts]) => {
    const row = all(root, '.readout li').find((each) => each.dataset.track === id);
    return row === undefined ? [] : [{ texts, at: row.querySelector('b') }];
  });
  const last = data.texts.length - 1;
  let view = bounds;
  let index = Math.max(0, data.texts.indexOf(moment.firstChild.textContent.slice(3)));
  const second = (at) => data.from + (at + 0.5) * data.width;
  const show = (next) => {
    index = Math.max(0, Math.min(last, next));
    for (const { texts, at } of values) at.textContent = texts[index] ?? '–';
    moment.firstChild.textContent = 'at ' + data.texts[index];
    moment.lastChild.textContent = data.places[index];
    stage.setAttribute('aria-valuenow', index);
    stage.setAttribute('aria-valuetext', data.texts[index] + ', ' + data.places[index]);
    for (const picture of pictures) picture.cross(second(index), data.texts[index]);
  };
  const reset = document.createElement('button');
  reset.type = 'button';
  reset.className = 'reset';
  reset.textContent = 'whole run';
  const zoom = (from, to) => {
    const least = data.width * 4;
    const length = Math.min(bounds[1] - bounds[0], Math.max(to - from, least));
    const start = Math.max(bounds[0], Math.min(from, bounds[1] - length));
    view = [start, start + length];
    const isWhole = length >= bounds[1] - bounds[0];
    for (const picture of pictures) picture.zoom(isWhole ? bounds : view);
    if (isWhole) reset.remove();
    else stage.append(reset);
    show(index);
  };
  reset.addEventListener('click', () => {
    zoom(...bounds);
    stage.focus();
  });
  const momentAt = (at) => Math.floor((at - data.from) / data.width);
  stage.tabIndex = 0;
  stage.setAttribute('role', 'slider');
  stage.setAttribute('aria-label', 'Moment of the run');
  stage.setAttribute('aria-valuemin', 0);
  stage.setAttribute('aria-valuemax', last);
  stage.title = 'drag: zoom; double click: whole run; arrow keys: move; + and -: zoom';
  const around = (factor) => {
    const half = ((view[1] - view[0]) * factor) / 2;
    zoom(second(index) - half, second(index) + half);
  };
  const KEYS = {
    ArrowLeft: (far) => show(index - far),
    ArrowRight: (far) => show(index + far),
    Home: () => show(0),
    End: () => show(last),
    '+': () => around(0.5),
    '-': () => around(2),
    Escape: () => zoom(...bounds),
  };
  stage.addEventListener('keydown', (event) => {
    const act = event.target === stage && Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : null;
    if (act === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(event.shiftKey ? 10 : 1);
  });
  for (const picture of pictures) {
    let from = null;
    picture.svg.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      if (event.pointerType === 'touch') show(momentAt(picture.secondAt(event.clientX)));
      else {
        from = { second: picture.secondAt(event.clientX), x: event.clientX };
        picture.svg.setPointerCapture(event.pointerId);
        event.preventDefault();
        stage.focus({ preventScroll: true });
      }
    });
    picture.svg.addEventListener('pointermove', (event) => {
      const at = picture.secondAt(event.clientX);
      show(momentAt(at));
      if (from !== null && Math.abs(event.clientX - from.x) > 6) picture.brush(from.second, at);
    });
    const done = (event) => {
      if (from === null) return;
      const [start, isDrag] = [from, Math.abs(event.clientX - from.x) > 6];
      from = null;
      picture.brush(null);
      const at = picture.secondAt(event.clientX);
      if (isDrag && event.type === 'pointerup') zoom(Math.min(start.second, at), Math.max(start.second, at));
    };
    picture.svg.addEventListener('pointerup', done);
    picture.svg.addEventListener('pointercancel', done);
    picture.svg.addEventListener('dblclick', () => zoom(...bounds));
  }
  toggles(root, '.readout li', 'svg.clock [data-track]');
  show(index);
}

function toggles(root, selector, marked) {
  for (const row of all(root, selector)) {
    const marks = all(root, marked).filter((each) => each.dataset.track === row.dataset.track);
    if (marks.length === 0) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-pressed', 'true');
    button.append(...row.childNodes);
    row.append(button);
    button.addEventListener('click', () => {
      const isOff = row.classList.toggle('off');
      for (const mark of marks) mark.classList.toggle('off', isOff);
      button.setAttribute('aria-pressed', String(!isOff));
    });
  }
}

for (const root of all(document, '.run-clock')) clock(root);
for (const figure of all(document, 'figure')) toggles(figure, '.key li[data-track]', 'svg [data-track]');
`;
