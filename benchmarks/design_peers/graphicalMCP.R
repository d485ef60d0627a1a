# graphicalMCP: the graph is made on the clock, as ours is.
read <- function(found) adjusted(found$outputs$adjusted_p)

tasks <- list(
  shortcut_6 = job(
    function() graph_test_shortcut(graph_create(c(1, 1, 1, 0, 0, 0) / 3, doses()), p_doses), read),
  closure_8 = job(
    function() graph_test_closure(graph_create(rep(1, 8) / 8, ring(8)), p_values), read),
  simes_8 = job(
    function() graph_test_closure(
      graph_create(rep(1, 8) / 8, ring(8)), p_values, test_types = "simes"), read),
  parametric_5 = job(
    function() graph_test_closure(
      graph_create(rep(0.2, 5), ring(5)), p_values[1:5], test_types = "parametric",
      test_corr = list(halves(5))), read)
)
