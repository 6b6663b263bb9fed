package org.fieldstream.server.certify;

/**
 * One test.
 *
 * @param name short, for example {@code sd_field}
 * @param statement what holds for every exact ensemble, in a formula
 * @param kind {@code identity}, {@code stationarity}, {@code symmetry}, {@code charge} or {@code
 *     joint}
 * @param value the mean that should be 0; NaN for tests of several numbers together
 * @param error one standard deviation of it, autocorrelations included
 * @param effective how many independent configurations its error is worth
 * @param sigmas how far off, in standard deviations of a normal with the same tail; signed where
 *     one number is tested
 * @param decided whether it counts: false where its error cannot be trusted
 */
public record Finding(
    String name,
    String statement,
    String kind,
    double value,
    double error,
    double effective,
    double sigmas,
    boolean decided) {}
