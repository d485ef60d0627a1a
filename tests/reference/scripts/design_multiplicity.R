# Reference numbers for several hypotheses at once: p.adjust (R), graphicalMCP 0.2.8, lrstat 0.3.3,
# mvtnorm.  Writes design_multiplicity.json beside this folder.
library(graphicalMCP)
library(lrstat)
library(mvtnorm)
set.seed(20)
cases <- list()
add <- function(id, software, call, input, expected) {
  cases[[length(cases) + 1]] <<- list(id = id, software = software, call = call, input = input,
                                      expected = expected)
}
m <- function(x) apply(x, 1, function(r) as.numeric(r), simplify = FALSE)

for (i in 1:6) {
  p <- round(runif(sample(2:7, 1), 0, 0.08), 4)
  if (i == 6) p <- c(0.02, 0.02, 0.01, 0.05)
  adj <- sapply(c("bonferroni", "holm", "hochberg", "hommel"), function(k) p.adjust(p, k),
                simplify = FALSE)
  add(paste0("p-adjust-", i), paste("R", getRversion()), "p.adjust(p, method)", list(p = p), adj)
}

graphs <- list(
  successive_1 = simple_successive_1(), successive_2 = simple_successive_2(), huque = huque_etal(),
  doses = two_doses_two_primary_two_secondary(), fallback = fallback(c(.5, .3, .2)),
  improved_1 = fallback_improved_1(c(.5, .3, .2)), improved_2 = fallback_improved_2(c(.5, .3, .2)),
  holm = bonferroni_holm_weighted(c(.5, .3, .1, .1)), sequence = fixed_sequence(4))
for (name in names(graphs)) {
  g <- graphs[[name]]
  w <- unname(g$hypotheses)
  G <- unname(g$transitions)
  n <- length(w)
  W <- fwgtmat(w, G)
  for (i in 1:2) {
    p <- round(runif(n, 0, 0.04), 4)
    s <- graph_test_shortcut(g, p, 0.025, verbose = TRUE)
    simes <- graph_test_closure(g, p, 0.025, test_types = "simes")$outputs$adjusted_p
    half <- seq_len(ceiling(n / 2))
    groups <- list(half, setdiff(seq_len(n), half))
    R <- outer(seq_len(n), seq_len(n), function(i, j) 0.6^abs(i - j))
    R[] <- 0.5; diag(R) <- 1
    par <- graph_test_closure(g, p, 0.025, test_groups = groups,
      test_types = c("parametric", "simes"), test_corr = list(R[half, half, drop = FALSE], NA))
    fam <- t(sapply(groups, function(k) as.numeric(seq_len(n) %in% k)))
    C <- R; C[half, -half] <- C[-half, half] <- NA
    add(paste0("graph-", name, "-", i), "graphicalMCP 0.2.8, lrstat 0.3.3",
        "graph_test_shortcut, graph_test_closure, fwgtmat, fadjpbon, fadjpsim, fadjpdun",
        list(weights = w, transitions = m(G), p = p, groups = lapply(groups, as.list), correlation = .5),
        list(shortcut = unname(s$outputs$adjusted_p), rejected = unname(s$outputs$rejected),
             bonferroni = c(fadjpbon(w, G, matrix(p, 1))), simes = unname(simes),
             grouped_simes = c(fadjpsim(W, p, fam)), mixed = unname(par$outputs$adjusted_p),
             joint = c(fadjpdun(W, p, fam, C)), closure = m(W)))
  }
}
for (i in 1:3) {
  n <- i + 2
  p <- round(runif(n, 0, 0.05), 4)
  h <- graph_test_closure(hochberg(n), p, test_types = "hochberg")$outputs$adjusted_p
  add(paste0("hochberg-", i), "graphicalMCP 0.2.8",
      "graph_test_closure(hochberg(n), p, test_types = 'hochberg')", list(p = p), unname(h))
}

spend <- c("sfOF", "sfP", "sfHSD", "sfKD")
par_of <- c(NA, NA, -2, 2)
for (i in 1:8) {
  g <- graphs[[c(1, 2, 1, 2, 3, 5, 6, 8)[i]]]
  n <- length(g$hypotheses)
  k <- sample(1:3, 1); if (i > 4) k <- 3
  kind <- sample(1:4, n, TRUE)
  info <- t(sapply(1:3, function(l) rep(c(1 / 3, 2 / 3, 1)[l], n)))
  if (i %% 2 == 0) info <- info + matrix(c(0, .07, 0), 3, n)
  z <- apply(matrix(rnorm(3 * n, 1.5), 3, n), 2, cumsum) / sqrt(1:3)
  p <- round(pnorm(z[1:k, , drop = FALSE], lower.tail = FALSE), 5)
  r <- fseqbon(w = g$hypotheses, G = g$transitions, alpha = 0.025, kMax = 3,
    typeAlphaSpending = spend[kind], parameterAlphaSpending = par_of[kind],
    maxInformation = rep(1, n), k1 = k, p = p, information = info[1:k, , drop = FALSE])
  add(paste0("sequential-graph-", i), "lrstat 0.3.3", "fseqbon(w, G, 0.025, 3, ..., k1, p, information)",
      list(weights = unname(g$hypotheses), transitions = m(unname(g$transitions)),
           spending = as.list(spend[kind]), p = m(p), information = m(info[1:k, , drop = FALSE])),
      c(r))
  rp <- sapply(seq_len(n), function(j) repeatedPValue(kMax = 3, typeAlphaSpending = spend[kind[j]],
    parameterAlphaSpending = par_of[kind[j]], p = p[, j], information = info[1:k, j]))
  add(paste0("repeated-", i), "lrstat 0.3.3", "repeatedPValue(3, type, parameter, p, information)",
      list(spending = as.list(spend[kind]), p = m(p), information = m(info[1:k, , drop = FALSE])), m(t(matrix(rp, k))))
}
add("repeated-time", "lrstat 0.3.3", "repeatedPValue(kMax = 3, 'sfOF', maxInformation = 800, p, information = c(529, 700, 800), spendingTime)",
    list(p = c(.2, .15, .1), information = c(529, 700, 800) / 800, spending_time = c(0.6271186, 0.8305085, 1)),
    c(repeatedPValue(kMax = 3, typeAlphaSpending = "sfOF", maxInformation = 800, p = c(0.2, 0.15, 0.1),
               information = c(529, 700, 800), spendingTime = c(0.6271186, 0.8305085, 1))))

rows <- function(x) lapply(seq_len(nrow(x)), function(i) as.list(which(x[i, ] == 1)))
fams <- list(rbind(c(1,1,0,0,0,0), c(0,0,1,1,0,0), c(0,0,0,0,1,1)), rbind(c(1,1,1,0,0,0), c(0,0,0,1,1,1)),
             rbind(c(1,0,0,0,0), c(0,1,1,0,0), c(0,0,0,1,1)))
ser <- list({x <- matrix(0,6,6); x[3,1] <- x[4,2] <- x[5,3] <- x[6,4] <- 1; x},
            {x <- matrix(0,6,6); x[4,1] <- x[5,2] <- 1; x}, {x <- matrix(0,5,5); x[2,1] <- x[3,1] <- x[4,2] <- 1; x})
par <- list(matrix(0,6,6), {x <- matrix(0,6,6); x[6,1:3] <- 1; x}, {x <- matrix(0,5,5); x[5,2:3] <- 1; x})
for (k in 1:3) for (test in c("holm", "hochberg", "hommel")) for (ex in c(TRUE, FALSE)) for (i in 1:2) {
  p <- round(runif(ncol(fams[[k]]), 0, 0.06), 4)
  gam <- c(round(runif(nrow(fams[[k]]) - 1), 2), 1)
  add(paste("gate", k, test, ex, i, sep = "-"), "lrstat 0.3.3", "fstdmix, fmodmix(p, family, serial, parallel, gamma, test, exhaust)",
      list(p = p, gamma = gam, families = rows(fams[[k]]), serial = rows(ser[[k]]), parallel = rows(par[[k]]),
           test = test, exhaust = ex),
      list(standard = c(fstdmix(p, fams[[k]], ser[[k]], par[[k]], gam, test, ex)),
           modified = c(fmodmix(p, fams[[k]], ser[[k]], par[[k]], gam, test, ex))))
}
for (test in c("holm", "hochberg")) for (rt in c(TRUE, FALSE)) for (i in 1:8) {
  n <- sample(2:4, 1)
  p <- round(runif(2 * n, 0, 0.05), 4)
  gam <- c(round(runif(n - 1), 2), 1)
  add(paste("two", test, rt, i, sep = "-"), "lrstat 0.3.3", "fstp2seq(p, gamma, test, retest)",
      list(p = p, gamma = gam, test = test, retest = rt), c(fstp2seq(p, gam, test, rt)))
}
for (test in c("holm", "hochberg", "hommel")) for (i in 1:2) {
  p <- round(runif(4, 0, 0.1), 4); gam <- round(runif(1), 2)
  add(paste("truncated", test, i, sep = "-"), "lrstat 0.3.3", "ftrunc(p, test, gamma)",
      list(p = p, gamma = gam, test = test), c(ftrunc(p, test, gam)))
}
jsonlite::write_json(list(about = "Several hypotheses at once", script = "scripts/design_multiplicity.R",
  cases = cases), "design_multiplicity.json", digits = 15, auto_unbox = TRUE)
