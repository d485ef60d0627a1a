# Analyze every figure of the evidence library with R survival.
#   Rscript evidence_library.R library.csv > evidence_library.csv
# library.csv (figure, time, event, arm) is written from the shipped library, arm 0 the control.
suppressMessages(library(survival))
rows <- read.csv(commandArgs(TRUE)[1], stringsAsFactors = FALSE)
cat("figure,n0,n1,events,log_hazard_ratio,standard_error,chi_square,median0,median1,ph_chi_square,until,mean_difference,mean_error\n")
number <- function(x) ifelse(is.na(x), "", sprintf("%.15g", x))
area <- function(curve, until) {
  t <- c(0, curve$time[curve$time < until], until)
  s <- c(1, curve$surv[curve$time < until])
  pieces <- diff(t) * s
  before <- curve$time < until
  after <- rev(cumsum(rev(pieces)))[-1]
  d <- curve$n.event[before]; n <- curve$n.risk[before]
  terms <- ifelse(n > d, after^2 * d / (n * (n - d)), 0)
  c(sum(pieces), sum(terms))
}
for (figure in unique(rows$figure)) {
  d <- rows[rows$figure == figure, ]
  fit <- coxph(Surv(time, event) ~ arm, d, ties = "efron", control = coxph.control(eps = 1e-13, iter.max = 50))
  test <- survdiff(Surv(time, event) ~ arm, d)
  zph <- cox.zph(fit)$table["arm", "chisq"]
  curves <- lapply(0:1, function(a) survfit(Surv(time, event) ~ 1, d[d$arm == a, ]))
  medians <- sapply(curves, function(k) unname(quantile(k, 0.5)$quantile))
  known <- sapply(curves, function(k) if (min(k$surv) > 0) max(k$time) else Inf)
  until <- if (all(is.infinite(known))) max(d$time) else min(known)
  a <- lapply(curves, area, until)
  cat(figure, sum(d$arm == 0), sum(d$arm == 1), sum(d$event),
      number(coef(fit)), number(sqrt(vcov(fit)[1, 1])), number(test$chisq),
      number(medians[1]), number(medians[2]), number(zph), number(until),
      number(a[[2]][1] - a[[1]][1]), number(sqrt(a[[1]][2] + a[[2]][2])), sep = ",")
  cat("\n")
}
