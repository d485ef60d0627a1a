# Makes tests/reference/known_mistakes.json: the numbers beside which others went wrong.
# Rscript tests/reference/scripts/known_mistakes.R, from the root of the repository.
library(survival)
exact <- coxph.control(eps = 1e-14, iter.max = 100, toler.chol = 1e-15)
read <- function(name) read.csv(file.path("tests/reference/data", paste0(name, ".csv")))
of <- function(fit) list(coefficients = unname(coef(fit)), standard_errors = unname(sqrt(diag(vcov(fit)))))

lung <- read("lung"); lung$died <- lung$status == 2
known <- lung[!is.na(lung$ph.karno), ]; known$w <- 1 + (known$ph.karno > 80)
weighted <- function(ties) of(coxph(Surv(time, died) ~ age + sex, known, weights = w, ties = ties, robust = FALSE, control = exact))
doubled <- coxph(Surv(time, died) ~ age + sex, lung, weights = rep(2, nrow(lung)), ties = "breslow", robust = FALSE, control = exact)
lung$aged <- lung$age + 1e6
far <- coxph(Surv(time, died) ~ aged + sex, lung, control = exact)
plain <- coxph(Surv(time, died) ~ age + sex, lung, control = exact)
curve <- survfit(plain, newdata = data.frame(age = 60, sex = 1))
at <- c(300.5, 700)

tied <- subset(read("bladder2"), enum == 1); tied$time <- ceiling(tied$stop / 6)
heavy <- coxph(Surv(time, event) ~ rx + size + number, tied, control = exact)
robust <- coxph(Surv(time, event) ~ rx + size + number, tied, robust = TRUE, control = exact)
sums <- function(kind) { r <- residuals(heavy, kind); if (is.matrix(r)) colSums(r^2) else sum(r^2) }

heart <- read("heart")
stepwise <- coxph(Surv(start, stop, event) ~ age + surgery + transplant, heart, control = exact)

channing <- read("channing_kmsurv")
late <- function(shift) of(coxph(Surv(ageentry - shift, age - shift, death) ~ gender, channing[channing$ageentry < channing$age, ], control = exact))

veteran <- read("veteran")
zph <- cox.zph(coxph(Surv(time, status) ~ trt + celltype + karno + age, veteran, control = exact), "km")

mgus2 <- read("mgus2")
months <- with(mgus2, ifelse(pstat == 0, futime, ptime))
ended <- with(mgus2, factor(ifelse(pstat == 0, 2 * death, 1), 0:2))
course <- summary(survfit(Surv(months, ended) ~ 1), times = c(60, 120))

precise <- function(x, n, y, m) {  # conditional limits, to the last digit
  low <- max(0, x + y - m); support <- low:min(n, x + y)
  log0 <- lchoose(n, support) + lchoose(m, x + y - support)
  tail <- function(log_or, upper) { p <- exp(log0 + support * log_or - max(log0 + support * log_or)); sum(p[if (upper) support >= x else support <= x]) / sum(p) }
  mean_of <- function(log_or) { p <- exp(log0 + support * log_or - max(log0 + support * log_or)); sum(p * support) / sum(p) }
  root <- function(f) exp(uniroot(f, c(-20, 20), tol = 1e-15, maxiter = 10000)$root)
  list(estimate = root(function(b) mean_of(b) - x), lower = root(function(b) tail(b, TRUE) - 0.025), upper = root(function(b) tail(b, FALSE) - 0.025))
}

cases <- list(
  lung_weights_efron = weighted("efron"), lung_weights_breslow = weighted("breslow"),
  lung_weights_doubled = of(doubled), lung_offset = of(far),
  lung_curve = list(time = at, survival = summary(curve, times = at)$surv),
  lung_kaplan_meier = list(time = at, survival = summary(survfit(Surv(time, died) ~ 1, lung), times = at)$surv),
  bladder_robust = of(robust),
  bladder_squares = list(martingale = sums("martingale"), deviance = sums("deviance"), score = unname(sums("score")), dfbeta = unname(sums("dfbeta"))),
  heart_squares = list(martingale = sum(residuals(stepwise, "martingale")^2)),
  channing = late(0), channing_negative = late(1300),
  veteran_zph = list(terms = rownames(zph$table), chi_square = unname(zph$table[, "chisq"])),
  mgus2_incidence = list(time = c(60, 120), progression = course$pstate[, 2], standard_errors = course$std.err[, 2]),
  fisher_36_154_12_77 = precise(36, 154, 12, 77), fisher_7_34_1_34 = precise(7, 34, 1, 34)
)
cat(jsonlite::toJSON(list(software = paste("R", getRversion(), "survival", packageVersion("survival")), cases = cases), auto_unbox = TRUE, digits = NA, pretty = 1), "\n", file = "tests/reference/known_mistakes.json")
