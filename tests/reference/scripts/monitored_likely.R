# Rscript monitored_likely.R: writes monitored_likely.json (gsDesign, lrstat, rpact, jsonlite).
# Conditional and predictive power at interim looks whose information is not as planned.
suppressMessages({library(gsDesign); library(lrstat); library(rpact); library(jsonlite)})
set.seed(20261123)
family <- list(OF = list(sfLDOF, NULL), P = list(sfLDPocock, NULL), HSD = list(sfHSD, -2), power = list(sfPower, 1.5))
written <- function(values) paste0("c(", paste(signif(values, 15), collapse = ", "), ")")

by_gsdesign <- function(number) {
  k <- sample(2:5, 1); i <- sample(k - 1, 1); type <- sample(c(1, 2, 4, 4), 1)  # updating binding futility fails there
  planned <- sort(round(runif(k - 1, 0.1, 0.9), 2))
  while (any(diff(c(0, planned, 1)) < 0.08)) planned <- sort(round(runif(k - 1, 0.1, 0.9), 2))
  planned <- c(planned, 1); alpha <- sample(c(0.01, 0.025, 0.05), 1); beta <- sample(c(0.1, 0.2), 1)
  eff <- sample(names(family), 1); fut <- sample(names(family), 1)
  first <- gsDesign(k = k, test.type = type, alpha = alpha, beta = beta, timing = planned[-k], n.fix = 1,
    sfu = family[[eff]][[1]], sfupar = family[[eff]][[2]], sfl = family[[fut]][[1]], sflpar = family[[fut]][[2]], tol = 1e-9, r = 80)
  before <- c(0, planned)[seq_len(i)]; room <- diff(c(0, planned))
  seen <- planned; seen[seq_len(i)] <- planned[seq_len(i)] + round(runif(i, -0.35, 0.35) * pmin(room[seq_len(i)], room[seq_len(i) + 1]), 3)
  x <- gsDesign(k = k, test.type = type, alpha = alpha, beta = beta, n.fix = 1, n.I = seen * first$n.I[k], maxn.IPlan = first$n.I[k], delta = first$delta,
    sfu = family[[eff]][[1]], sfupar = family[[eff]][[2]], sfl = family[[fut]][[1]], sflpar = family[[fut]][[2]], tol = 1e-9, r = 80)
  zi <- round(runif(1, -0.5, min(x$upper$bound[i], 3)), 3); other <- round(runif(1, 0, 1.4), 2)
  theta <- c(zi / sqrt(x$n.I[i]), 0, x$delta, other * x$delta)
  cp <- gsCP(x, theta = theta, i = i, zi = zi, r = 80)
  without <- gsProbability(k = k, theta = 0, n.I = x$n.I, a = rep(-20, k), b = x$upper$bound, r = 80)
  ignored <- gsCP(without, theta = theta, i = i, zi = zi, r = 80)
  prior <- normalGrid(mu = x$delta * other, sigma = x$delta / 2, r = 80)
  flat <- normalGrid(mu = zi / sqrt(x$n.I[i]), sigma = 1 / sqrt(x$n.I[i]), r = 80)
  list(id = sprintf("gsdesign-%02d", number),
    call = sprintf("gsDesign(k = %d, test.type = %d, alpha = %g, beta = %g, timing = %s, n.fix = 1, sfu %s, sfl %s, tol = 1e-9, r = 80), again with n.I = %s * n.I[k]; gsCP, gsPP, gsPI (i = %d, zi = %g)",
      k, type, alpha, beta, written(planned[-k]), eff, fut, written(seen), i, zi),
    planned = planned, seen = seen, look = i, z = zi, type = type, alpha = alpha, beta = beta, efficacy = eff, futility = fut, other = other,
    drift = x$delta * sqrt(first$n.I[k]), upper = x$upper$bound, lower = if (type > 1) x$lower$bound else NULL,
    upper_prob = t(cp$upper$prob), lower_prob = t(cp$lower$prob), ignored = colSums(ignored$upper$prob),
    predictive = gsPP(x, i = i, zi = zi, theta = prior$z, wgts = prior$wgts, r = 80),
    predictive_flat = gsPP(x, i = i, zi = zi, theta = flat$z, wgts = flat$gridwgts, r = 80),
    interval = gsPI(x, i = i, zi = zi, j = k, level = 0.9, theta = prior$z, wgts = prior$wgts),
    interval_flat = gsPI(x, i = i, zi = zi, j = k, level = 0.9, theta = flat$z, wgts = flat$gridwgts))
}

by_lrstat <- function(number) {
  k <- sample(2:5, 1); i <- sample(k - 1, 1); type <- sample(c("sfOF", "sfP", "sfHSD", "sfKD"), 1)
  rates <- c(sort(sample(seq(0.1, 0.9, 0.05), k - 1)), 1); most <- round(runif(1, 10, 60), 2)
  par <- c(sfOF = NA, sfP = NA, sfHSD = -3, sfKD = 2.5)[[type]]
  z <- round(runif(1, -0.5, 2.2), 3); theta <- round(runif(1, 0, 0.7), 3); alpha <- sample(c(0.01, 0.025), 1)
  remaining <- (1 - rates[i]) * most
  found <- getCP(INew = remaining, L = i, zL = z, theta = theta, IMax = most, kMax = k, informationRates = rates, alpha = alpha, typeAlphaSpending = type, parameterAlphaSpending = par)
  list(id = sprintf("lrstat-%02d", number),
    call = sprintf("getCP(INew = %.15g, L = %d, zL = %g, theta = %g, IMax = %g, kMax = %d, informationRates = %s, alpha = %g, typeAlphaSpending = \"%s\", parameterAlphaSpending = %s)", remaining, i, z, theta, most, k, written(rates), alpha, type, par),
    rates = rates, look = i, z = z, theta = theta, most = most, alpha = alpha, efficacy = type, parameter = par, power = found[[1]])
}

by_rpact <- function(number) {
  k <- sample(2:4, 1); i <- sample(k - 1, 1); type <- sample(c("asOF", "asP", "asHSD", "asKD"), 1)
  events <- sort(sample(seq(20, 180, 10), k - 1)); events <- c(events, 200)
  gamma <- c(asOF = NA, asP = NA, asHSD = -3, asKD = 2.5)[[type]]
  design <- getDesignGroupSequential(typeOfDesign = type, gammaA = gamma, informationRates = events / 200, alpha = 0.025, sided = 1)
  z <- round(runif(i, 0, 1.9), 3); ratio <- round(runif(1, 1.0, 1.8), 2)
  data <- getDataset(overallEvents = events[seq_len(i)], overallLogRanks = z, overallAllocationRatios = rep(1, i))
  told <- getAnalysisResults(design = design, dataInput = data, directionUpper = TRUE, stage = i, nPlanned = diff(events)[i:(k - 1)], thetaH1 = ratio)
  list(id = sprintf("rpact-%02d", number),
    call = sprintf("getAnalysisResults(getDesignGroupSequential(typeOfDesign = \"%s\", gammaA = %s, informationRates = %s / 200, alpha = 0.025, sided = 1), getDataset(overallEvents = %s, overallLogRanks = %s), directionUpper = TRUE, stage = %d, nPlanned = %s, thetaH1 = %g)", type, gamma, written(events), written(events[seq_len(i)]), written(z), i, written(diff(events)[i:(k - 1)]), ratio),
    events = events, look = i, z = z[i], ratio = ratio, efficacy = type, parameter = gamma,
    power = as.numeric(told$.conditionalPowerResults$conditionalPower)[(i + 1):k])
}

until_found <- function(number) {  # some designs do not converge there
  repeat { found <- tryCatch(by_gsdesign(number), error = function(e) NULL); if (!is.null(found)) return(found) }
}
cases <- c(lapply(1:40, until_found), lapply(1:15, by_lrstat), lapply(1:10, by_rpact))
versions <- sapply(c("gsDesign", "lrstat", "rpact"), function(p) as.character(packageVersion(p)))
write(toJSON(list(about = "Conditional and predictive power at interim looks; script monitored_likely.R", software = as.list(versions), R = R.version.string, cases = cases), auto_unbox = TRUE, digits = 15, pretty = FALSE, na = "null"), "monitored_likely.json")
