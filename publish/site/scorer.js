/* Of what the search finds, the lessons stand first; the numbers below are Sphinx's own. */
var Scorer = {
  score: ([page, , , , score]) => score + (page.startsWith("notebooks/") ? 100 : 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
