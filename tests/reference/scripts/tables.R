# Exact and stratified 2 x 2 tables in base R.
#   Rscript tables.R > ../tables_generated.json
suppressMessages(library(jsonlite))
set.seed(8)
one <- function(number, strata) {
  n1 <- sample(5:40, strata, TRUE); n0 <- sample(5:40, strata, TRUE)
  x1 <- rbinom(strata, n1, .4); x0 <- rbinom(strata, n0, .25)
  if (number %% 3 == 0) { x1[1] <- 0; x0[1] <- 0 }
  a <- array(rbind(x1, x0, n1 - x1, n0 - x0), c(2, 2, strata))
  p <- function(alternative) fisher.test(apply(a, 1:2, sum), alternative = alternative)$p.value
  whole <- apply(a, 1:2, sum)
  m <- mantelhaen.test(a, correct = FALSE); cc <- mantelhaen.test(a, correct = TRUE)
  list(id = sprintf("tables-generated-%d", number), x1 = x1, n1 = n1, x0 = x0, n0 = n0,
    expected = list(fisher_two_sided = p("two.sided"), fisher_greater = p("greater"),
      fisher_less = p("less"),
      chi_square = unname(suppressWarnings(chisq.test(whole, correct = FALSE))$statistic),
      cmh = unname(m$statistic), cmh_p = m$p.value, cmh_corrected = unname(cc$statistic),
      odds_ratio = unname(m$estimate), odds_ratio_interval = m$conf.int))
}
cat(toJSON(list(about = "Exact and stratified tables", software = R.version.string,
  call = "fisher.test, chisq.test, mantelhaen.test",
  cases = lapply(1:12, function(k) one(k, 2 + k %% 5))), digits = NA, auto_unbox = TRUE), "\n")
