package org.fieldstream.server.session;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theory;
import org.fieldstream.server.theory.TheoryCatalog;
import org.jspecify.annotations.Nullable;

/** Checks requests and fills in what they leave to the server. Safe for use by several threads. */
public final class StreamPlanner {
  /** What a stream is when the request leaves it open: the first of these that the model offers. */
  private static final List<Exactness> PREFERENCE =
      List.of(Exactness.METROPOLIS, Exactness.LANGEVIN_ADJUSTED, Exactness.REWEIGHT, Exactness.RAW);

  /** Configurations in the first message, where the client leaves it to us: what takes no time. */
  private static final int FIRST_BATCH = 16;

  private final ModelRegistry models;
  private final TheoryCatalog theories;
  private final SessionLimits limits;
  private final Placement placement;

  /**
   * A planner.
   *
   * @param placement which machine makes the streams of which model
   */
  public StreamPlanner(
      ModelRegistry models, TheoryCatalog theories, SessionLimits limits, Placement placement) {
    this.models = models;
    this.theories = theories;
    this.limits = limits;
    this.placement = placement;
  }

  /**
   * Checks a request. May take long (a theory sets up its tables): not for an event loop.
   *
   * @throws ServiceException naming the field at fault, its value and what was expected
   */
  public StreamPlan plan(StreamRequest request) {
    Model model = model(request.model());
    if (request.target() != null) {
      checkSize(request.target());
    }
    Target target;
    Theory theory;
    try {
      target = model.resolve(request.target());
      checkSize(target);
      theory = theories.of(target);
    } catch (BadTargetException e) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD, "target." + e.field(), String.valueOf(e.getMessage()));
    }
    if (model instanceof Model.Chains chains) {
      checkMemory(chains, target);
    }
    Exactness exactness = exactness(model, request.exactness());
    List<Integer> observables = observables(theory, request.observables());
    FieldShape shape = new FieldShape(theory.components(), theory.extents());
    WatchedLevels levels = levels(model, target, request.denoising());
    if (exactness == Exactness.METROPOLIS) {
      checkState(levels, shape);
    }
    int batchSize = batchSize(request, shape, observables.size(), levels);
    if (request.count() < 0 || request.count() > StreamPlan.MAX_INDEX) {
      throw bad("count", Long.toUnsignedString(request.count()), "0 to 2^62, 0 for endless");
    }
    long end = request.count() == 0 ? StreamPlan.MAX_INDEX : request.count();
    StreamBinding binding =
        StreamBinding.of(
            model,
            target,
            request.seed(),
            exactness,
            placement.of(ModelAt.of(model, target, levels)).kind());
    long first = 0;
    long acceptedDraw = 0;
    if (request.resumeToken().length > 0) {
      ResumeToken token =
          ResumeToken.decode(request.resumeToken(), binding, StreamPlan.burnIn(model, exactness));
      first = token.nextIndex();
      acceptedDraw = token.acceptedDraw();
      if (first > end) {
        throw ServiceException.field(
            ErrorCode.BAD_RESUME_TOKEN,
            "resume_token",
            "resume_token: at configuration %d (expected: at most %d, the stream's count)"
                .formatted(first, end));
      }
    }
    return new StreamPlan(
        model,
        target,
        theory,
        shape,
        exactness,
        request.seed(),
        first,
        acceptedDraw,
        end,
        request.batchSize() == 0 ? Math.min(FIRST_BATCH, batchSize) : batchSize,
        batchSize,
        request.precision(),
        observables,
        request.omitFields(),
        levels,
        digest(model, target),
        binding);
  }

  /**
   * Checks what a session of proposals asks for. May take long: not for an event loop.
   *
   * @throws ServiceException naming the field at fault, its value and what was expected
   */
  public ProposalPlan plan(ProposalRequest request) {
    Model model = model(request.model());
    if (!(model instanceof Model.Draws) || !model.exactness().contains(Exactness.METROPOLIS)) {
      throw ServiceException.field(
          ErrorCode.NOT_EXACT,
          "model",
          "model: "
              + model.id()
              + " (expected: one with an exact log q: "
              + models.list().stream()
                  .filter(Model.Draws.class::isInstance)
                  .filter(known -> known.exactness().contains(Exactness.METROPOLIS))
                  .map(Model::id)
                  .collect(Collectors.joining(", "))
              + ")");
    }
    if (request.first() < 0 || request.first() >= StreamPlan.MAX_INDEX) {
      throw bad("first_index", Long.toUnsignedString(request.first()), "below 2^62");
    }
    StreamPlan draws =
        plan(
            new StreamRequest(
                request.model(),
                request.target(),
                Exactness.REWEIGHT,
                request.seed(),
                0,
                0,
                request.precision(),
                List.of(),
                false,
                null,
                new byte[0]));
    long each = StreamPlan.bytesPerConfiguration(draws.shape(), draws.precision(), 0, 1);
    int most = (int) Math.min(limits.maxBatchSize(), room(0) / each);
    return new ProposalPlan(draws, request.first(), request.judge(), most);
  }

  /** The digest in messages: of a trained model its own, of a chain also over its target. */
  private static String digest(Model model, Target target) {
    String digest =
        model instanceof Model.Chains
            ? StreamBinding.sha256(
                model.id() + '\n' + model.digest() + '\n' + StreamBinding.canonical(target))
            : model.digest();
    return "sha256:" + digest;
  }

  private Model model(String id) {
    return models
        .find(id)
        .orElseThrow(
            () ->
                ServiceException.field(
                    ErrorCode.UNKNOWN_MODEL,
                    "model",
                    "model: "
                        + (id.isEmpty() ? "none named" : Quote.of(id))
                        + " (expected: one of "
                        + models.list().stream().map(Model::id).collect(Collectors.joining(", "))
                        + ")"));
  }

  /** Refuses before anything is allocated what no theory and no machine could hold. */
  private void checkSize(Target target) {
    long sites = 1;
    for (int extent : target.extents()) {
      if (extent < 2 || extent > limits.maxSites()) {
        throw badExtents(target, "each at least 2, at most " + limits.maxSites() + " sites");
      }
      sites *= extent;
      if (sites > limits.maxSites()) {
        throw badExtents(target, "at most " + limits.maxSites() + " sites");
      }
    }
    for (Map.Entry<String, Double> coupling : target.couplings().entrySet()) {
      if (!Double.isFinite(coupling.getValue())) {
        String field = "couplings." + coupling.getKey();
        throw ServiceException.field(
            ErrorCode.BAD_FIELD,
            "target." + field,
            field + ": " + coupling.getValue() + " (expected: a finite number)");
      }
    }
  }

  private void checkMemory(Model.Chains model, Target target) {
    long bytes = model.bytes(target);
    if (bytes > limits.chainBytes()) {
      throw badExtents(
          target,
          "at most %d MiB for the chains of model %s, these take %d MiB; a server with a larger session.chainBytes could"
              .formatted(limits.chainBytes() >> 20, model.id(), ChainBudget.mebibytes(bytes)));
    }
  }

  /** A Metropolis chain on draws keeps its state at all levels. */
  private void checkState(WatchedLevels levels, FieldShape shape) {
    long bytes = levels.bytes(shape);
    if (bytes > limits.chainBytes()) {
      throw bad(
          "denoising",
          "%d levels, %d bytes for the state of a Metropolis chain"
              .formatted(levels.count(), bytes),
          "at most %d bytes; %s; a server with a larger session.chainBytes could"
              .formatted(limits.chainBytes(), WatchedLevels.REMEDY));
    }
  }

  private static ServiceException badExtents(Target target, String expected) {
    String extents =
        target.extents().stream().map(Integer::toUnsignedString).collect(Collectors.joining(" x "));
    return ServiceException.field(
        ErrorCode.BAD_FIELD,
        "target.extents",
        "extents: " + extents + " (expected: " + expected + ")");
  }

  private static Exactness exactness(Model model, @Nullable Exactness requested) {
    Set<Exactness> offered = model.exactness();
    if (requested != null && offered.contains(requested)) {
      return requested;
    }
    if (requested != null
        && model instanceof Model.Draws
        && offered.equals(Set.of(Exactness.RAW))) {
      throw ServiceException.field(
          ErrorCode.NOT_EXACT,
          "exactness",
          "exactness: %s (expected: RAW, or none; log q of model %s is not exact enough to correct its draws with)"
              .formatted(requested, model.id()));
    }
    if (requested == null) {
      for (Exactness exactness : PREFERENCE) {
        if (offered.contains(exactness)) {
          return exactness;
        }
      }
    }
    throw bad(
        "exactness",
        requested == null ? "none" : requested.name(),
        offered.stream().sorted().map(Enum::name).collect(Collectors.joining(" or "))
            + ", what model "
            + model.id()
            + " can give");
  }

  private static List<Integer> observables(Theory theory, List<String> names) {
    List<String> known = theory.observables();
    Set<Integer> positions = new LinkedHashSet<>();
    for (String name : names) {
      int position = known.indexOf(name);
      if (position < 0) {
        throw bad(
            "observables",
            Quote.of(name),
            "some of " + String.join(", ", known) + ", those of theory " + theory.name());
      }
      if (!positions.add(position)) {
        throw bad("observables", name + " twice", "each at most once");
      }
    }
    return new ArrayList<>(positions);
  }

  private WatchedLevels levels(Model model, Target target, @Nullable NoiseChoice choice) {
    if (choice == null) {
      return WatchedLevels.NONE;
    }
    double[] known = noiseLevels(model, target);
    if (known.length == 0) {
      String able =
          models.list().stream()
              .filter(other -> other.target() != null)
              .filter(other -> noiseLevels(other, other.target()).length > 0)
              .map(Model::id)
              .collect(Collectors.joining(", "));
      throw bad(
          "denoising",
          choice.text(),
          "none, model %s does not make its draws of noise; %s"
              .formatted(
                  model.id(),
                  able.isEmpty() ? "a diffusion model does, here is none" : "these do: " + able));
    }
    return choice.of(model.id(), known);
  }

  private static double[] noiseLevels(Model model, @Nullable Target target) {
    return target != null && model instanceof Model.Draws draws
        ? draws.noiseLevels(target)
        : new double[0];
  }

  private int batchSize(
      StreamRequest request, FieldShape shape, int observables, WatchedLevels levels) {
    long each =
        StreamPlan.bytesPerConfiguration(
            shape,
            request.precision(),
            observables,
            StreamPlan.fieldsEach(request.omitFields(), levels));
    long whole =
        StreamPlan.bytesPerConfiguration(
            shape, request.precision(), observables, StreamPlan.fieldsEach(false, levels));
    long room = room(observables) - StreamPlan.BYTES_PER_LEVEL * levels.count();
    long most = room / each;
    if (most < 1 && !levels.isEmpty()) {
      throw bad(
          "denoising",
          "%d levels, %d bytes a configuration".formatted(levels.count(), each),
          "at most %d bytes, what one message holds; ask for fewer levels".formatted(room));
    }
    if (most < 1) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD,
          "target.extents",
          "extents: %d bytes a configuration (expected: at most %d, what one message holds; or"
                  .formatted(each, room)
              + " omit_fields)");
    }
    if (request.batchSize() > limits.maxBatchSize()) {
      throw bad(
          "batch_size",
          Long.toString(request.batchSize()),
          "at most " + limits.maxBatchSize() + ", or 0 for the server's choice");
    }
    long wanted = request.batchSize();
    if (wanted == 0) {
      // Without fields the client still waits for whole configurations: size it as if they went.
      wanted = Math.max(1, limits.preferredMessageBytes() / whole);
      wanted = Math.min(wanted, limits.maxBatchSize());
    }
    return (int) Math.min(wanted, most);
  }

  /** Bytes that a message has for configurations; a KiB and the observables' names are its own. */
  private long room(int observables) {
    return limits.maxMessageBytes() - 1024L - 64L * observables;
  }

  private static ServiceException bad(String field, String value, String expected) {
    return ServiceException.field(
        ErrorCode.BAD_FIELD, field, field + ": " + value + " (expected: " + expected + ")");
  }
}
