package org.fieldstream.server.certify;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.session.DeviceWorker;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certifications of a running server, in the idle time of its device: on demand, and of every
 * pushed ensemble when it is new or has grown by a quarter. Thread-safe.
 */
public final class Certifier {
  private static final Logger LOG = LoggerFactory.getLogger(Certifier.class);

  /** Smaller ensembles are not certified by themselves. */
  private static final int FEWEST = 200;

  private static final int MOST_REMEMBERED = 1024;
  private static final List<Exactness> PREFERENCE =
      List.of(Exactness.METROPOLIS, Exactness.LANGEVIN_ADJUSTED, Exactness.REWEIGHT, Exactness.RAW);

  private final EnsembleStore store;
  private final DeviceWorker worker;
  private final FieldstreamMeters meters;
  private final Executor files;
  private final int ofPushed;

  /** Sizes of ensembles when they were last certified by themselves; guarded by itself. */
  private final LinkedHashMap<String, Integer> certifiedSizes =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /**
   * A certifier.
   *
   * @param files writes certificates to the disk
   * @param ofPushed configurations tested of an ensemble that was pushed; 0: none is by itself
   */
  public Certifier(
      EnsembleStore store,
      DeviceWorker worker,
      FieldstreamMeters meters,
      Executor files,
      int ofPushed) {
    this.store = store;
    this.worker = worker;
    this.meters = meters;
    this.files = files;
    this.ofPushed = ofPushed;
  }

  /** A stored ensemble, as it is now. Reads its index: not for an event loop. */
  public static Subject ensemble(Ensemble ensemble, int configurations) {
    requireTestable(ensemble.target());
    return new Subject(
        ensemble.spec().name(),
        ensemble.target(),
        ensemble.spec().exactness(),
        machine -> new StoredConfigurations(ensemble, configurations));
  }

  /**
   * What a subscription would be sent.
   *
   * @param id the model's id
   * @param requested the target; null for the model's own
   * @param exactness null for the first that the model offers
   */
  public static Subject stream(
      ModelRegistry models,
      String id,
      @Nullable Target requested,
      @Nullable Exactness exactness,
      long seed,
      int configurations) {
    Model model =
        models
            .find(id)
            .orElseThrow(
                () ->
                    ServiceException.field(
                        ErrorCode.UNKNOWN_MODEL,
                        "stream.model",
                        "stream.model: %s (expected: one of %s)"
                            .formatted(
                                Quote.of(id),
                                models.list().stream()
                                    .map(Model::id)
                                    .collect(Collectors.joining(", ")))));
    Target target;
    try {
      target = model.resolve(requested);
    } catch (BadTargetException e) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD, "stream.target." + e.field(), String.valueOf(e.getMessage()));
    }
    requireTestable(target);
    Exactness chosen = exactness == null ? preferred(model) : exactness;
    if (!model.exactness().contains(chosen)) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD,
          "stream.exactness",
          "stream.exactness: %s (expected: one of %s, what model %s can give)"
              .formatted(chosen, model.exactness(), id));
    }
    return new Subject(
        id + " " + chosen,
        target,
        chosen,
        machine ->
            model instanceof Model.Chains chains
                ? new ChainConfigurations(chains, target, seed, configurations, 1, machine)
                : new DrawnConfigurations(
                    (Model.Draws) model, target, chosen, seed, configurations, machine));
  }

  private static Exactness preferred(Model model) {
    return PREFERENCE.stream().filter(model.exactness()::contains).findFirst().orElseThrow();
  }

  private static void requireTestable(Target target) {
    if (!Probes.THEORIES.contains(target.theory())) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD,
          "target.theory",
          "target.theory: %s (expected: %s, which certification has tests for)"
              .formatted(Quote.of(target.theory()), String.join(" or ", Probes.THEORIES)));
    }
  }

  /**
   * Starts a certification; an ensemble keeps the certificate.
   *
   * @return to cancel it with
   */
  public CertificationTask start(
      Subject subject, CertificationPlan plan, boolean keep, CertificationListener listener) {
    CertificationTask task =
        new CertificationTask(
            subject,
            plan,
            Clock.systemUTC(),
            new CertificationListener() {
              @Override
              public void progress(long done, long planned) {
                listener.progress(done, planned);
              }

              @Override
              public void certified(Certificate certificate) {
                note(certificate);
                files.execute(() -> handOn(certificate, keep, listener));
              }

              @Override
              public void failed(ServiceException failure) {
                listener.failed(failure);
              }
            });
    worker.submit(task);
    return task;
  }

  private void note(Certificate certificate) {
    meters
        .certificate(certificate.subject())
        .found(certificate.sigmas(), certificate.verdict() == Decision.Verdict.PASSED);
    LOG.info("{}: {}", certificate.subject(), certificate.sentence());
  }

  private void handOn(Certificate certificate, boolean keep, CertificationListener listener) {
    try {
      if (keep) {
        store.keepCertificate(certificate.subject(), CertificateFile.write(certificate));
      }
      listener.certified(certificate);
    } catch (ServiceException e) {
      listener.failed(e);
    } catch (RuntimeException e) {
      LOG.error("{}: its certificate was not handed on", certificate.subject(), e);
      listener.failed(
          ServiceException.of(ErrorCode.INTERNAL, "the server failed; its log has the cause", e));
    }
  }

  /** The certificate that an ensemble keeps, if it has a readable one. */
  public static Optional<Certificate> kept(EnsembleStore store, String name) {
    try {
      return store.certificate(name).map(CertificateFile::read);
    } catch (IllegalArgumentException e) {
      LOG.warn("ensemble {}: {}", name, e.getMessage());
      return Optional.empty();
    }
  }

  /** An ensemble was pushed: certifies it where that is due. Not for an event loop. */
  public void pushed(Ensemble ensemble) {
    String name = ensemble.spec().name();
    int size = ensemble.size();
    if (ofPushed == 0 || size < FEWEST || !Probes.THEORIES.contains(ensemble.target().theory())) {
      return;
    }
    synchronized (certifiedSizes) {
      Integer before = certifiedSizes.get(name);
      if (before != null && size < before + before / 4) {
        return;
      }
      certifiedSizes.put(name, size);
    }
    try {
      start(
          ensemble(ensemble, ofPushed),
          new CertificationPlan(ofPushed, size, "mixing"),
          true,
          new CertificationListener() {
            @Override
            public void progress(long done, long planned) {}

            @Override
            public void certified(Certificate certificate) {}

            @Override
            public void failed(ServiceException failure) {
              LOG.warn("ensemble {}: not certified: {}", name, failure.sentence());
            }
          });
    } catch (ServiceException e) {
      LOG.warn("ensemble {}: not certified: {}", name, e.sentence());
    }
  }
}
