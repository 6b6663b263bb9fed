package org.fieldstream.server.generator.diffusion;

import org.fieldstream.kernels.program.Program;
import org.fieldstream.server.theory.Theory;

/**
 * A way from noise to a theory: densities exp(-E_0), ..., exp(-E_n) over states, the first of which
 * can be drawn and normalised, the last of which is the theory's, and at each level after the first
 * a reversible move. States are {@code [C][V]}; what they are is the path's own affair, fields or
 * modes of fields.
 *
 * <p>All energies are with respect to one measure, that of the field: what a change of variables
 * from states to fields adds is in them, or in {@link #logStart}.
 */
public interface AnnealedPath {
  /** Names of what a move gives besides its proposal, sums by {@code total} or {@code dot}. */
  String BEFORE = "before";

  /** E at the proposal. */
  String AFTER = "after";

  /** p^2 of the momenta before. */
  String KINETIC_START = "kinetic0";

  /** p^2 of the momenta after. */
  String KINETIC_END = "kinetic1";

  /** The theory at the end. */
  Theory theory();

  /** n, at least 1. */
  int levels();

  /** log of the integral of exp(-E_0) over all fields, with the E_0 of {@link #start}. */
  double logStart();

  /**
   * Draws from exp(-E_0): output 0 is the state; {@link #AFTER} is E_0 there. Random numbers are
   * those of (seed, index 0).
   */
  Program start();

  /**
   * A trajectory at a level, reversible and of unit Jacobian: input 0 is the state, output 0 the
   * proposal; {@link #BEFORE} and {@link #AFTER} are E at either, {@link #KINETIC_START} and {@link
   * #KINETIC_END} the momenta's squares. Random numbers are those of (seed, index); draws from
   * {@link AnnealedSource#DECISION} on are not the program's.
   */
  Program move();

  /**
   * The move's parameters at a level.
   *
   * @param level 1 to {@link #levels()}, the last one the theory's
   * @param parameters modified
   */
  void fill(int level, float[] parameters);

  /**
   * Strength of the noise at a level: decreasing, 0 at {@link #levels()} and nowhere else.
   *
   * @param level 0 to {@link #levels()}
   * @return standard deviation at a site, in units of the field
   */
  double sigma(int level);

  /** From a state (input 0) to the field (output 0, {@code [components][V]}) that it stands for. */
  Program field();

  /**
   * The parameters of {@link #field} for states of a level, where it has any.
   *
   * @param level 0 to {@link #levels()}
   * @param parameters modified
   */
  default void fillField(int level, float[] parameters) {}

  /**
   * Whether a last state is one of those that the theory's fields are made of; others have no
   * weight.
   *
   * @param states not modified
   * @param offset first value of the state
   */
  default boolean counts(float[] states, int offset) {
    return true;
  }

  /**
   * Brings a state into its usual form, the same physics.
   *
   * @param states modified
   * @param offset first value of the state
   */
  default void normalise(float[] states, int offset) {}
}
