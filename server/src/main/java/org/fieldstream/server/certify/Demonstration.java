package org.fieldstream.server.certify;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;

/**
 * Shows what certification sees and what it does not: an ensemble that was never thermal, true ones
 * of the same size, and flows with their Metropolis step switched off.
 */
public final class Demonstration {
  /**
   * Hopping form, kappa = 0.27, lambda_h = 0.022, L = 16: &lt;|m|&gt; = 0.762(1), chi = 172.7(3).
   */
  public static final Target NOTEBOOK =
      new Target(Phi4.NAME, List.of(16, 16), Map.of("kappa", 0.27, "lambda_h", 0.022));

  /** Configurations of each ensemble. */
  public static final int CONFIGURATIONS = 2000;

  /** The trajectory that is taken as thermal. */
  public static final int TRAJECTORIES = 129;

  /** HMC trajectories between the configurations of a true ensemble: six tau_int. */
  private static final int EVERY = 12;

  private final Machine machine;
  private final ModelRegistry models;
  private final Consumer<Certificate> report;

  /**
   * A demonstration.
   *
   * @param machine what computes; the caller closes it
   * @param report told each certificate
   */
  public Demonstration(Machine machine, ModelRegistry models, Consumer<Certificate> report) {
    this.machine = machine;
    this.models = models;
    this.report = report;
  }

  /** The ensemble of random starts: trajectory 129 of each. */
  public Certificate randomStarts(long seed) {
    return run(
        "random starts",
        NOTEBOOK,
        Exactness.METROPOLIS,
        seed,
        CONFIGURATIONS,
        m -> new RandomStarts(NOTEBOOK, CONFIGURATIONS, TRAJECTORIES, seed, m));
  }

  /** A true ensemble of the same size, by HMC. */
  public Certificate trueEnsemble(long seed) {
    Model.Chains hmc =
        (Model.Chains)
            models.find("hmc").orElseThrow(() -> new IllegalStateException("hmc: no such model"));
    return run(
        "hmc, one trajectory of " + EVERY,
        NOTEBOOK,
        Exactness.METROPOLIS,
        seed,
        CONFIGURATIONS,
        m -> new ChainConfigurations(hmc, NOTEBOOK, seed, CONFIGURATIONS, EVERY, m));
  }

  /** Draws of a flow. */
  public Certificate flow(String id, Exactness exactness, long seed, int configurations) {
    Subject subject = Certifier.stream(models, id, null, exactness, seed, configurations);
    return run(subject.name(), subject.target(), exactness, seed, configurations, subject.source());
  }

  private Certificate run(
      String name,
      Target target,
      Exactness exactness,
      long seed,
      int configurations,
      Function<Machine, ConfigurationSource> source) {
    Certificate certificate =
        CertificationTask.now(
            new Subject(name, target, exactness, source),
            new CertificationPlan(configurations, seed + 1000, "mixing"),
            machine);
    report.accept(certificate);
    return certificate;
  }
}
