// Charts: each is drawn once, when it comes near the screen, one after the other, so that the page keeps answering.
(() => {
  "use strict";
  const waiting = new Map();
  let turn = Promise.resolve();
  let plotly;

  const draw = (plot) => {
    near.unobserve(plot);
    if (plot.isConnected) waiting.get(plot)?.();
    waiting.delete(plot);
  };

  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (isIntersecting) turn = turn.then(() => new Promise((next) => setTimeout(next))).then(() => draw(target));
    }
  }, { rootMargin: "300px" });

  // Paper has no screen to come near to.
  window.addEventListener("beforeprint", () => [...waiting.keys()].forEach(draw));

  const fits = (plot) => {
    const { width, height } = plot._fullLayout ?? {};
    return width === plot.clientWidth && height === plot.clientHeight;
  };

  // Dash draws a chart and then fits it, which draws it again; what fits already can be left alone.
  const patient = (given) => Object.create(given, {
    react: {
      value: (plot, figure) => new Promise((done) => {
        waiting.set(plot, () => done(given.react(plot, figure)));
        near.observe(plot);
      }),
    },
    Plots: {
      value: Object.create(given.Plots, {
        resize: { value: (plot) => (fits(plot) ? Promise.resolve(plot) : given.Plots.resize(plot)) },
      }),
    },
  });

  Object.defineProperty(window, "Plotly", {
    configurable: true, get: () => plotly, set: (given) => { plotly = patient(given); },
  });
})();
