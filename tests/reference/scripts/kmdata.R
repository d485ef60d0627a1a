# Reference numbers for figures of kmdata (two arms each), by R survival and jsonlite.
#   Rscript tests/reference/scripts/kmdata.R tests/reference/data/kmdata_subset.csv.gz > tests/reference/kmdata_r.json
# Rows: name of the figure, x (1 in the arm the index names second), time, event.
suppressMessages({library(survival); library(jsonlite)})
path <- commandArgs(TRUE)[1]
all <- read.csv(path, stringsAsFactors = FALSE)
control <- coxph.control(eps = 1e-13, iter.max = 50, toler.chol = 1e-14)
area <- function(time, surv, n.event, n.risk, until) {   # restricted mean, Greenwood variance
  keep <- time < until
  s <- c(1, surv[keep]); below <- rev(cumsum(rev(diff(c(0, time[keep], until)) * s)))
  d <- n.event[keep]; n <- n.risk[keep]
  c(below[1], sqrt(sum(ifelse(d > 0, below[-1]^2 * d / (n * (n - d)), 0))))
}
model <- function(d, ties) {
  fit <- coxph(Surv(time, event) ~ x, d, ties = ties, control = control)
  list(coefficient = unname(coef(fit)), se = sqrt(vcov(fit)[1, 1]), log_likelihood = fit$loglik,
       score = fit$score, likelihood_ratio = 2 * diff(fit$loglik),
       zph = unname(cox.zph(fit)$table[1, "chisq"]))
}
rank <- function(d, rho) {
  fit <- survdiff(Surv(time, event) ~ x, d, rho = rho)
  list(chi_square = fit$chisq, expected = fit$exp, observed = fit$obs, variance = fit$var[2, 2])
}
arm <- function(d, marks, counts, until) {
  at <- lapply(c("log-log" = "log-log", log = "log", plain = "plain"), function(kind) {
    fit <- survfit(Surv(time, event) ~ 1, d, conf.type = kind)
    q <- quantile(fit, c(.25, .5, .75))
    s <- summary(fit, times = marks, extend = TRUE)
    list(quantile = q$quantile, lower = q$lower, upper = q$upper, survival = s$surv, se = s$std.err,
         survival_lower = s$lower, survival_upper = s$upper)
  })
  fit <- survfit(Surv(time, event) ~ 1, d)
  back <- quantile(survfit(Surv(time, 1 - event) ~ 1, d, conf.type = "log-log"), .5)
  last <- function(x) unname(x[length(x)])
  list(curves = at, at_risk = summary(fit, times = counts, extend = TRUE)$n.risk,
       moments = length(fit$time), last_survival = last(fit$surv),
       reverse_median = unname(c(back$quantile, back$lower, back$upper)),
       restricted_mean = area(fit$time, fit$surv, fit$n.event, fit$n.risk, until))
}
figure <- function(d) {
  longest <- min(tapply(d$time, d$x, max))
  events <- sort(d$time[d$event == 1])
  middle <- events[ceiling(length(events) * .6)]            # a mark at an event
  marks <- sort(c(signif(longest / 4, 2), signif(longest / 2, 2), middle))
  counts <- sort(c(0, marks, signif(longest / 3, 2), longest))
  until <- signif(longest * .8, 3)
  list(marks = marks, counts = counts, until = until, efron = model(d, "efron"), breslow = model(d, "breslow"),
       log_rank = rank(d, 0), fleming_harrington = rank(d, 1),
       arms = lapply(0:1, function(k) arm(d[d$x == k, ], marks, counts, until)))
}
figures <- lapply(split(all, factor(all$name, unique(all$name))), figure)
cat(toJSON(list(about = "Two-arm trials rebuilt from published Kaplan-Meier figures, through R's survival",
  software = paste("R survival", packageVersion("survival"), "under", R.version.string),
  call = "coxph(ties, eps = 1e-13), cox.zph, survdiff(rho = 0, 1), survfit(conf.type), quantile, summary; restricted means by hand",
  tolerance = list(relative = 1e-8, why = "15 significant digits; Cox models converged to 1e-13"),
  figures = figures), digits = I(15), auto_unbox = TRUE, na = "null"), "\n")
