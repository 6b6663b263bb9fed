package org.fieldstream.client.cli;

/**
 * One line of the result.
 *
 * @param name the observable, or the function of observables
 * @param mean its mean, lattice units
 * @param error one standard deviation of the mean, autocorrelation included; NaN where unknown
 * @param tauInt integrated autocorrelation time in steps of one Markov chain; NaN where it has no
 *     meaning or is unknown
 * @param tauIntError one standard deviation of {@code tauInt}
 * @param effectiveN independent configurations the mean is worth; NaN where unknown
 */
record Quantity(
    String name, double mean, double error, double tauInt, double tauIntError, double effectiveN) {}
