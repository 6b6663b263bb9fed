package org.fieldstream.server.model;

import java.util.Set;

/** Keys of the facts of a model that the API has a place for; values are printed numbers. */
public final class FactKeys {
  /** Trained real parameters, a whole number. */
  public static final String PARAMETER_COUNT = "parameter_count";

  /** (sum w)^2 / (n sum w^2) over all samples, 0 to 1. */
  public static final String ESS_FRACTION = "ess_fraction";

  /** Draws behind the ESS, a whole number. */
  public static final String SAMPLE_COUNT = "sample_count";

  /** Accepted over proposed of an independence Metropolis chain, 0 to 1. */
  public static final String ACCEPTANCE = "acceptance";

  /** Variance of log w. */
  public static final String LOG_WEIGHT_VARIANCE = "log_weight_variance";

  /** RMS change of log q when the number of integration steps is doubled. */
  public static final String INTEGRATION_ERROR = "integration_error";

  /** The command that repeats the training. */
  public static final String TRAINING_COMMAND = "training_command";

  /** Seed of the training, a whole number. */
  public static final String TRAINING_SEED = "training_seed";

  /** Optimiser steps, a whole number. */
  public static final String TRAINING_STEPS = "training_steps";

  /** Configurations in a step, a whole number. */
  public static final String TRAINING_BATCH_SIZE = "training_batch_size";

  /** What a score learned from, in words: "ensemble NAME", or the chain that drew it. */
  public static final String ENSEMBLE = "ensemble";

  /** Mean loss over the last steps. */
  public static final String TRAINING_FINAL_LOSS = "training_final_loss";

  /** Time the training took, whole seconds. */
  public static final String TRAINING_SECONDS = "training_seconds";

  /** Proposals before state 0 of a Metropolis stream, a whole number. */
  public static final String BURN_IN = "burn_in";

  /** The kind of machine that serves the model: vector, opencl or jtp; no number. */
  public static final String MACHINE = "machine";

  /** The command that imported the weights. */
  public static final String IMPORT_COMMAND = "import_command";

  /** SHA-256 of the file that they came from, lower-case hex. */
  public static final String IMPORT_SHA256 = "import_sha256";

  /** RMS difference of log q by the map and by its inverse. */
  public static final String INVERSE_ERROR = "inverse_error";

  /** Before the exactness of streams that were certified: what was found. */
  public static final String CERTIFICATE = "certificate.";

  private static final Set<String> OWN =
      Set.of(
          PARAMETER_COUNT,
          ESS_FRACTION,
          SAMPLE_COUNT,
          ACCEPTANCE,
          LOG_WEIGHT_VARIANCE,
          INTEGRATION_ERROR,
          TRAINING_COMMAND,
          TRAINING_SEED,
          TRAINING_STEPS,
          TRAINING_BATCH_SIZE,
          ENSEMBLE,
          TRAINING_FINAL_LOSS,
          TRAINING_SECONDS,
          BURN_IN,
          MACHINE,
          IMPORT_COMMAND,
          IMPORT_SHA256,
          INVERSE_ERROR);

  private FactKeys() {}

  /** Whether a fact of this name is the server's to tell, and nobody else's. */
  public static boolean isOwn(String name) {
    return OWN.contains(name) || name.startsWith(CERTIFICATE) || name.startsWith("annealed_");
  }
}
