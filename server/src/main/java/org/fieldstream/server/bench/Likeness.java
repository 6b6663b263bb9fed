package org.fieldstream.server.bench;

/**
 * The peer's own algorithm on the service's machine: same integrator, number of steps, trajectory
 * length and lattice.
 *
 * @param steps leapfrog steps of a trajectory of length 1
 * @param rate trajectories per CPU-second of the service
 * @param ratio over those of the peer, round by round
 * @param acceptance accepted over proposed, of the service
 */
public record Likeness(int steps, Rate rate, Rate ratio, double acceptance) {}
