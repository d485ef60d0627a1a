# Heavily tied random data with competing causes, in R's survival and cmprsk.
#   Rscript competing_risks.R > ../competing_risks_generated.json
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
set.seed(20261123)
one <- function(number, causes, groups, strata, late, rho) {
  n <- 45
  d <- data.frame(outcome = sample(0:causes, n, TRUE), group = sample(groups, n, TRUE) - 1,
                  stratum = sample(strata, n, TRUE))
  d$entry <- if (late) sample(c(0, 0, .5, 1, 2, 3), n, TRUE) else 0
  d$time <- d$entry + sample(1:9, n, TRUE)
  state <- factor(d$outcome, 0:causes)
  y <- if (late) Surv(d$entry, d$time, state) else Surv(d$time, state)
  fits <- lapply(c(`log-log` = "log-log", log = "log", plain = "plain", logit = "logit"),
                 function(type) survfit(y ~ 1, id = seq_len(n), conf.type = type))
  f <- fits[[1]]
  expected <- list(time = f$time, survival = f$pstate[, 1], incidence = t(f$pstate[, -1]),
    standard_error = t(f$std.err[, -1]), at_risk = f$n.risk[, 1],
    lower = lapply(fits, function(x) t(x$lower[, -1])),
    upper = lapply(fits, function(x) t(x$upper[, -1])))
  if (!late) {
    k <- cuminc(d$time, d$outcome, d$group, d$stratum, rho = rho)
    expected$gray <- unname(k$Tests)
    at <- timepoints(cuminc(d$time, d$outcome), f$time)
    expected$aalen_incidence <- unname(at$est); expected$aalen_variance <- unname(at$var)
  }
  list(id = sprintf("cuminc-generated-%02d", number), rho = rho, causes = causes, rows = d,
       expected = expected)
}
cases <- list()
for (groups in 2:3) for (strata in 1:2) for (late in c(FALSE, TRUE)) for (rho in c(0, 1)) {
  k <- length(cases) + 1
  cases[[k]] <- one(k, 2 + (k %% 3 == 0), groups, strata, late, rho)
}
cat(toJSON(list(about = "Random tied data with competing causes",
  software = paste("R survival", packageVersion("survival"), "and cmprsk",
                   packageVersion("cmprsk"), "under", R.version.string),
  call = "survfit(Surv(time, state) ~ 1, id), cuminc(time, outcome, group, stratum, rho)",
  cases = cases), digits = NA, auto_unbox = TRUE, na = "null"), "\n")
