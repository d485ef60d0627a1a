# Reference numbers for the whole analyses of examples/colon and examples/myeloid.
#   Rscript tests/reference/scripts/examples.R > tests/reference/examples.json
# R with survival, cmprsk and jsonlite (see the "software" entry of the output for versions).
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
digits <- 15
read <- function(path) read.csv(path, stringsAsFactors = FALSE)
curve <- function(fit, times, at) {
  q <- quantile(fit, c(.25, .5, .75))
  s <- summary(fit, times = times, extend = TRUE)
  list(events = sum(fit$n.event), quantiles = q$quantile, lower = q$lower, upper = q$upper,
       survival = s$surv, survival_se = s$std.err, survival_lower = s$lower,
       survival_upper = s$upper, at_risk = s$n.risk)
}
compare <- function(d, strata, times) {
  d$x <- as.integer(d$arm == "experimental")
  plain <- Surv(time, event) ~ x
  strat <- if (is.null(strata)) plain else
    as.formula(paste("Surv(time, event) ~ x + strata(", paste(strata, collapse = ","), ")"))
  control <- coxph.control(eps = 1e-13, iter.max = 50, toler.chol = 1e-14)
  one <- function(formula) {
    fit <- coxph(formula, d, ties = "efron", control = control)
    s <- summary(fit)
    list(hazard_ratio = unname(exp(coef(fit))), se = unname(sqrt(vcov(fit)[1, 1])),
         lower = s$conf.int[3], upper = s$conf.int[4], wald_p = s$coefficients[5],
         score = fit$score, likelihood_ratio = 2 * diff(fit$loglik),
         zph = unname(cox.zph(fit)$table[1, c("chisq", "p")]))
  }
  rank <- function(formula) {
    fit <- survdiff(formula, d); list(chisq = fit$chisq, p = pchisq(fit$chisq, 1, lower.tail = FALSE))
  }
  list(stratified = one(strat), unstratified = one(plain), log_rank_stratified = rank(strat),
       log_rank = rank(plain))
}
area <- function(fit, until) {                      # restricted mean and its variance, as survRM2
  t <- c(0, fit$time[fit$time < until], until); s <- c(1, fit$surv[fit$time < until])
  below <- rev(cumsum(rev(diff(t) * s)))            # area to the right of each step
  keep <- fit$time < until; d <- fit$n.event[keep]; n <- fit$n.risk[keep]
  v <- sum(ifelse(d > 0, below[-1]^2 * d / (n * (n - d)), 0))
  c(below[1], sqrt(v))
}
colon <- read("examples/colon/data/colon.csv")
rec <- colon[colon$etype == 1, ]; dea <- colon[colon$etype == 2, ]
rec <- rec[match(dea$id, rec$id), ]
dea$extent3 <- c(1, 1, 3, 4)[dea$extent]
dea$rtime <- ifelse(rec$status == 1, rec$time, Inf)
dea$dtime <- ifelse(dea$status == 1, dea$time, Inf)
first <- pmin(dea$rtime, dea$dtime)
dfs <- transform(dea, etime = ifelse(is.finite(first), first, time), eevent = as.integer(is.finite(first)))
kind <- with(dea, ifelse(is.finite(first), ifelse(rtime <= dtime, 1, 2), 0))
landmarks <- c(1, 3, 5) * 365.25
arms <- c("Obs", "Lev", "Lev+5FU")
out <- list(software = list(R = R.version.string, survival = as.character(packageVersion("survival")),
                            cmprsk = as.character(packageVersion("cmprsk"))))
endpoint <- function(time, event, base) {
  d <- data.frame(time = time, event = event, base)
  by_arm <- lapply(arms, function(a) {
    part <- d[d$rx == a, ]
    fit <- survfit(Surv(time, event) ~ 1, part, conf.type = "log-log")
    follow <- survfit(Surv(time, 1 - event) ~ 1, part, conf.type = "log-log")
    c(curve(fit, landmarks), list(restricted_mean = area(fit, 5 * 365.25),
      follow_up = unname(quantile(follow, .5)$quantile)))
  })
  names(by_arm) <- arms
  pair <- function(a) {
    part <- d[d$rx %in% c("Obs", a), ]
    part$arm <- ifelse(part$rx == a, "experimental", "control")
    compare(part, c("extent3", "surg", "node4"), landmarks)
  }
  list(arms = by_arm, combination = pair("Lev+5FU"), levamisole = pair("Lev"))
}
out$colon <- list(dfs = endpoint(dfs$etime, dfs$eevent, dea[c("rx", "extent3", "surg", "node4")]),
                  os = endpoint(dea$time, dea$status, dea[c("rx", "extent3", "surg", "node4")]))
incidence <- function(time, kind, group, experimental, control, landmarks) {
  keep <- group %in% c(experimental, control)
  gray <- cuminc(time[keep], kind[keep], group[keep])$Tests
  cif <- lapply(c(control, experimental), function(g) {
    s <- summary(survfit(Surv(time[group == g], factor(kind[group == g])) ~ 1), times = landmarks, extend = TRUE)
    list(incidence = s$pstate[, -1], se = s$std.err[, -1])
  })
  list(gray_chisq = unname(gray[, "stat"]), gray_p = unname(gray[, "pv"]), control = cif[[1]], experimental = cif[[2]])
}
out$colon$recurrence <- list(
  combination = incidence(dfs$etime, kind, dfs$rx, "Lev+5FU", "Obs", landmarks),
  levamisole = incidence(dfs$etime, kind, dfs$rx, "Lev", "Obs", landmarks))
my <- read("examples/myeloid/data/myeloid.csv")
inf <- function(x) ifelse(is.na(x), Inf, x)
death <- ifelse(my$death == 1, my$futime, Inf)
course <- function(...) {
  times <- cbind(...); f <- apply(times, 1, min)
  list(time = ifelse(is.finite(f), f, my$futime), kind = ifelse(is.finite(f), apply(times, 1, which.min), 0))
}
marks <- c(6, 12, 24) * 365.25 / 12
cr <- course(inf(my$crtime), death); tx <- course(inf(my$txtime), inf(my$rltime), death)
efs <- course(inf(my$rltime), death)
arm <- ifelse(my$trt == "B", "experimental", "control")
out$myeloid <- list(
  os = compare(data.frame(time = my$futime, event = my$death, arm = arm), NULL, marks),
  efs = compare(data.frame(time = efs$time, event = as.integer(efs$kind > 0), arm = arm), NULL, marks),
  remission = incidence(cr$time, cr$kind, my$trt, "B", "A", marks),
  transplant = incidence(tx$time, tx$kind, my$trt, "B", "A", marks),
  early_remission = list(a = c(sum(inf(my$crtime)[my$trt == "A"] <= 60), sum(my$trt == "A")),
                         b = c(sum(inf(my$crtime)[my$trt == "B"] <= 60), sum(my$trt == "B"))))
cat(toJSON(out, digits = I(digits), auto_unbox = TRUE, pretty = TRUE), "\n")
