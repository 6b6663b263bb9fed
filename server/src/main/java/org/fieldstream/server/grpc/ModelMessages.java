package org.fieldstream.server.grpc;

import com.google.protobuf.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.LongConsumer;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.model.FactKeys;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.TheoryCatalog;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.Quality;
import org.fieldstream.v1.Training;

/**
 * Models as the API shows them. Facts with a known key go where the API has a place for them, all
 * others stay facts.
 */
final class ModelMessages {
  /** The order of preference, in which a model's kinds of exactness are listed. */
  private static final List<Exactness> ORDER =
      List.of(Exactness.METROPOLIS, Exactness.LANGEVIN_ADJUSTED, Exactness.REWEIGHT, Exactness.RAW);

  private ModelMessages() {}

  /**
   * A model as a message.
   *
   * @param machine the kind of machine that serves it, a fact beside those it brings
   */
  static Model of(
      org.fieldstream.server.generator.Model model, TheoryCatalog theories, String machine) {
    Facts facts = new Facts(model.facts());
    Model.Builder message = Model.newBuilder().setId(model.id()).setGenerator(model.generator());
    if (model instanceof org.fieldstream.server.generator.Model.Draws) {
      message.setDigest("sha256:" + model.digest());
    }
    if (model instanceof org.fieldstream.server.generator.Model.Draws draws
        && model.target() != null) {
      Arrays.stream(draws.noiseLevels(model.target())).forEach(message::addNoiseLevels);
    }
    for (Exactness exactness : ORDER) {
      if (model.exactness().contains(exactness)) {
        message.addExactness(Requests.exactness(exactness));
      }
    }
    Target target = model.target();
    if (target != null) {
      message.setTarget(Requests.target(target));
      message.addAllObservables(theories.of(target).observables());
    }
    facts.whole(FactKeys.PARAMETER_COUNT, message::setParameterCount);
    if (facts.has(FactKeys.ESS_FRACTION)) {
      Quality.Builder quality = Quality.newBuilder();
      facts.real(FactKeys.ESS_FRACTION, quality::setEssFraction);
      facts.whole(FactKeys.SAMPLE_COUNT, quality::setSampleCount);
      facts.real(FactKeys.ACCEPTANCE, quality::setAcceptance);
      facts.real(FactKeys.LOG_WEIGHT_VARIANCE, quality::setLogWeightVariance);
      facts.real(FactKeys.INTEGRATION_ERROR, quality::setIntegrationError);
      message.setQuality(quality);
    }
    if (facts.has(FactKeys.TRAINING_COMMAND)) {
      Training.Builder training = Training.newBuilder();
      facts.text(FactKeys.TRAINING_COMMAND).ifPresent(training::setCommand);
      facts.ensemble().ifPresent(training::setEnsemble);
      facts.whole(FactKeys.TRAINING_SEED, training::setSeed);
      facts.whole(FactKeys.TRAINING_STEPS, training::setSteps);
      facts.whole(
          FactKeys.TRAINING_BATCH_SIZE, size -> training.setBatchSize(Math.toIntExact(size)));
      facts.real(FactKeys.TRAINING_FINAL_LOSS, training::setFinalLoss);
      facts.whole(
          FactKeys.TRAINING_SECONDS,
          seconds -> training.setDuration(Duration.newBuilder().setSeconds(seconds)));
      message.setTraining(training);
    }
    return message.putAllFacts(facts.left()).putFacts(FactKeys.MACHINE, machine).build();
  }

  /** Facts not placed yet. */
  private static final class Facts {
    private static final String STORED = "ensemble ";
    private final Map<String, String> left;

    Facts(Map<String, String> facts) {
      left = new HashMap<>(facts);
    }

    boolean has(String key) {
      return left.containsKey(key);
    }

    Optional<String> text(String key) {
      return Optional.ofNullable(left.remove(key));
    }

    /** The name of the stored ensemble, where there was one. */
    Optional<String> ensemble() {
      String source = left.getOrDefault(FactKeys.ENSEMBLE, "");
      return source.startsWith(STORED)
          ? Optional.of(source.substring(STORED.length()))
          : Optional.empty();
    }

    void real(String key, DoubleConsumer place) {
      place(key, text -> place.accept(Double.parseDouble(text)));
    }

    void whole(String key, LongConsumer place) {
      place(key, text -> place.accept(Long.parseLong(text)));
    }

    private void place(String key, Consumer<String> place) {
      text(key)
          .ifPresent(
              text -> {
                try {
                  place.accept(text);
                } catch (NumberFormatException | ArithmeticException e) {
                  // Not the number it should be: shown as the fact it is.
                  left.put(key, text);
                }
              });
    }

    Map<String, String> left() {
      return left;
    }
  }
}
