// Start: Dash draws the page. A part that stays as it is comes as HTML, from dashboard/components/markup.py.
window.uitkomst = {
  Still: ({ html }) => React.createElement("div", { dangerouslySetInnerHTML: { __html: html } }),
};
window.renderer = new DashRenderer();
