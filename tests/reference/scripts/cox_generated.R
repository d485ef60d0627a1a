# Heavily tied random data under every combination of options, in R's survival.
# Writes tests/reference/cox_generated.json:  Rscript cox_generated.R > ../cox_generated.json
suppressMessages(library(survival)); library(jsonlite)
set.seed(20240607)
control <- suppressWarnings(coxph.control(eps = 1e-14, iter.max = 50, toler.chol = 1e-14))
one <- function(number, ties, strata, entry, weight, offset, cluster) {
  n <- 60
  d <- data.frame(x = round(rnorm(n), 2), y = rbinom(n, 1, .5), z = round(runif(n, 40, 90)))
  d$start <- if (entry) sample(-3:2, n, TRUE) else rep(0, n)
  d$time <- pmax(d$start, 0) + pmin(ceiling(rexp(n, .2 * exp(.4 * d$x - .5 * d$y))), 9)
  d$event <- rbinom(n, 1, .75)
  d$stratum <- if (strata) sample(3, n, TRUE) else rep(1, n)
  d$weight <- if (weight) round(runif(n, .3, 3), 2) else rep(1, n)
  d$offset <- if (offset) round(rnorm(n, 0, .5), 2) else rep(0, n)
  d$cluster <- if (cluster) sample(25, n, TRUE) else 1:n
  s <- if (entry) Surv(d$start, d$time, d$event) else Surv(d$time, d$event)
  f <- suppressWarnings(coxph(s ~ x + y + z + strata(stratum) + offset(offset), data = d,
    weights = weight, ties = ties, cluster = cluster, robust = TRUE, control = control))
  p <- suppressWarnings(coxph(s ~ x + y + z + strata(stratum) + offset(offset), data = d,
    weights = weight, ties = ties, robust = FALSE, control = control))
  zph <- lapply(c(km = "km", rank = "rank", identity = "identity", log = "log"),
    function(g) unname(cox.zph(p, transform = g, terms = FALSE)$table))
  list(id = sprintf("generated-%02d", number), rows = d,
    options = list(ties = ties, strata = strata, entry = entry, weight = weight,
      offset = offset, cluster = cluster),
    expected = list(coefficients = unname(coef(p)), covariance = unname(p$var),
      log_likelihood = p$loglik, wald = p$wald.test, score = p$score,
      robust_covariance = unname(f$var), robust_wald = f$wald.test, robust_score = f$rscore,
      martingale = unname(residuals(p, "martingale")), deviance = unname(residuals(p, "deviance")),
      score_residuals = unname(residuals(p, "score")), dfbeta = unname(residuals(p, "dfbeta")),
      schoenfeld = unname(as.matrix(residuals(p, "schoenfeld"))), zph = zph))
}
cases <- list()
for (ties in c("efron", "breslow")) for (k in 0:7) {
  on <- function(bit) bitwAnd(k, bit) > 0
  cases[[length(cases) + 1]] <- one(length(cases) + 1, ties, on(1), on(2), on(4),
    k %in% c(3, 5, 6, 7), k %in% c(1, 2, 4, 7))
}
cat(toJSON(list(about = "Random tied data through R's survival",
  software = paste("R survival", packageVersion("survival"), "under", R.version.string),
  call = "coxph(Surv(start, time, event) ~ x + y + z + strata(stratum) + offset(offset), weights, ties, cluster), eps = 1e-14; residuals(); cox.zph(terms = FALSE)",
  tolerance = list(relative = 1e-8, why = "15 significant digits, converged to 1e-14"),
  cases = cases), digits = I(15), auto_unbox = TRUE, matrix = "rowmajor"))
