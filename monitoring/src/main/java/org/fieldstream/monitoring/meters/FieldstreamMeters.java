package org.fieldstream.monitoring.meters;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All meters of a Fieldstream server. Labels are {@code model}, {@code observable}, {@code method},
 * {@code status}, {@code device}, {@code ensemble}, {@code alarm}, {@code outcome} and {@code
 * subject} only, each with a bounded set of values (beyond it: {@code other}); nothing of a
 * subscriber ever becomes a label.
 *
 * <p>One object per registry. Thread-safe.
 */
public final class FieldstreamMeters {
  /** Models with meters of their own at a time. */
  public static final int MAX_MODELS = 64;

  /** Stored ensembles with meters of their own; the rest share {@code other}. */
  public static final int MAX_ENSEMBLES = 64;

  private static final int MAX_METHODS = 64;
  private static final int MAX_STATUSES = 32;
  private static final int MAX_DEVICES = 16;

  /** From a registry look-up to a stream that lasts for days. */
  private static final Duration[] CALL_BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(10),
    Duration.ofHours(1),
    Duration.ofHours(12)
  };

  private final MeterRegistry registry;
  private final Subscriptions subscriptions;
  private final MeasurementMeters measurements;
  private final Map<String, ModelMeters> models = new HashMap<>();
  private final Map<String, DeviceMeters> devices = new HashMap<>();
  private final Map<String, EnsembleMeters> ensembles = new HashMap<>();
  private final Map<String, CertificateMeters> certificates = new HashMap<>();
  private final BoundedNames modelNames = new BoundedNames(MAX_MODELS);
  private final BoundedNames deviceNames = new BoundedNames(MAX_DEVICES);
  private final BoundedNames ensembleNames = new BoundedNames(MAX_ENSEMBLES);
  private final BoundedNames certified = new BoundedNames(MAX_ENSEMBLES);
  private final BoundedNames methods = new BoundedNames(MAX_METHODS);
  private final BoundedNames statuses = new BoundedNames(MAX_STATUSES);

  /**
   * Registers the meters.
   *
   * @param registry where; its clock measures calls and waits
   */
  public FieldstreamMeters(MeterRegistry registry) {
    this.registry = requireNonNull(registry, "registry");
    subscriptions = new Subscriptions(registry);
    measurements = new MeasurementMeters(registry);
  }

  /**
   * Meters of a model, made at the first call.
   *
   * @param id model id; beyond {@value #MAX_MODELS} models the rest share {@code other}, which
   *     counts but follows no series
   */
  public ModelMeters model(String id) {
    synchronized (models) {
      String name = modelNames.admit(id);
      return models.computeIfAbsent(
          name, n -> new ModelMeters(registry, n, !n.equals(BoundedNames.OTHER)));
    }
  }

  /** Drops a model's meters, for example when the model is deleted; unknown ids change nothing. */
  public void removeModel(String id) {
    synchronized (models) {
      ModelMeters model = models.remove(id);
      if (model != null) {
        model.remove();
        modelNames.remove(id);
      }
    }
  }

  /**
   * Meters of a compute device, made at the first call.
   *
   * @param name device name, for example {@code vector} or {@code opencl:0}
   */
  public DeviceMeters device(String name) {
    synchronized (devices) {
      return devices.computeIfAbsent(deviceNames.admit(name), n -> new DeviceMeters(registry, n));
    }
  }

  /**
   * Meters of a stored ensemble, made at the first call.
   *
   * @param name its name; beyond {@value #MAX_ENSEMBLES} the rest share {@code other}
   */
  public EnsembleMeters ensemble(String name) {
    synchronized (ensembles) {
      return ensembles.computeIfAbsent(
          ensembleNames.admit(name), n -> new EnsembleMeters(registry, n));
    }
  }

  /** Meters of the measurements that clients record. */
  public MeasurementMeters measurements() {
    return measurements;
  }

  /**
   * What is known of an observable of a model's streams, as the gauges show it.
   *
   * @param model model id
   * @param observable name of the observable
   * @return null where no stream of the model has measured it yet
   */
  public @Nullable SeriesEstimate measured(String model, String observable) {
    ModelMeters meters;
    synchronized (models) {
      meters = models.get(model);
    }
    return meters == null ? null : meters.measured(observable);
  }

  /**
   * Meters of the certificates of an ensemble or a stream, made at the first call.
   *
   * @param subject the ensemble, or the model and exactness; beyond {@value #MAX_ENSEMBLES} the
   *     rest share {@code other}
   */
  public CertificateMeters certificate(String subject) {
    synchronized (certificates) {
      return certificates.computeIfAbsent(
          certified.admit(subject), n -> new CertificateMeters(registry, n));
    }
  }

  /** A subscription was opened; close the handle at its end. */
  public SubscriptionMeters openSubscription() {
    return subscriptions.open();
  }

  /**
   * A call began; end the timer with its status.
   *
   * @param method full method name, for example {@code fieldstream.v1.SamplerService/Subscribe};
   *     only methods that exist, so that nobody fills the label with inventions
   */
  public CallTimer callStarted(String method) {
    return new CallTimer(this, methods.admit(method), registry.config().clock().monotonicTime());
  }

  void callEnded(String method, String status, long startNanos) {
    Timer.builder("fieldstream.call.duration")
        .description("Calls by method and status, with the time from their start to their end.")
        .tag("method", method)
        .tag("status", statuses.admit(status))
        .serviceLevelObjectives(CALL_BUCKETS)
        .register(registry)
        .record(registry.config().clock().monotonicTime() - startNanos, TimeUnit.NANOSECONDS);
  }
}
