package org.fieldstream.server.theory;

import java.util.List;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * A theory that Markov chains can move: its action and its equations of motion as lattice programs,
 * and what must be known to choose step sizes, lengths of trajectories and a start. Fields in
 * programs are {@code [components][V]}, sites in C order.
 */
public interface Dynamics extends Theory {
  /** Number of lattice sites, V. */
  int sites();

  /** The part of S that does not depend on the field. */
  double constant();

  /**
   * Adds the action to a program, up to {@link #constant()}.
   *
   * @return S - constant as a compensated sum, {@code [2][1]}
   */
  Value action(ProgramBuilder b, Value field);

  /**
   * Adds a kick and a drift to a program: {@code p' = p + s dS/dphi}, then {@code phi' = phi + r
   * p'}, for momenta of unit mass.
   *
   * @param momentum p, of the shape of the field
   * @param s what multiplies the gradient, length 1: minus the kick's step size
   * @param r the drift's step size, length 1
   * @return p' and phi'
   */
  List<Value> kickAndDrift(ProgramBuilder b, Value momentum, Parameter s, Value field, Parameter r);

  /**
   * Adds a hot start to a program: random fields of about the right size, sites independent.
   *
   * @param draw which random numbers, see {@link ProgramBuilder#normal}
   */
  Value hotStart(ProgramBuilder b, int draw);

  /** About the largest frequency of the equations of motion, above 0. */
  double largestFrequency();

  /**
   * Something that decorrelates slowly, for a configuration: by this and by S thermalisation is
   * told.
   *
   * @param fields configurations; not modified
   * @param offset first value of the configuration
   */
  double slow(float[] fields, int offset);

  /**
   * A trajectory length that decorrelates at little cost, in units of molecular-dynamics time.
   *
   * @param variance of {@link #slow} over thermal configurations
   */
  double trajectoryLength(double variance);

  /**
   * Brings a configuration into the form that it has in messages, the same physics; nothing is to
   * be done where all values are different physics.
   *
   * @param fields configurations; this one may be modified
   * @param offset first value of the configuration
   */
  default void normalise(float[] fields, int offset) {}
}
