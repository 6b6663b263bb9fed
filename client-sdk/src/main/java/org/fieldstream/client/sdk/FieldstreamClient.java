package org.fieldstream.client.sdk;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.fieldstream.v1.DeleteModelRequest;
import org.fieldstream.v1.DeleteModelResponse;
import org.fieldstream.v1.EnsembleHeader;
import org.fieldstream.v1.GetModelRequest;
import org.fieldstream.v1.GetModelResponse;
import org.fieldstream.v1.ListModelsRequest;
import org.fieldstream.v1.ListModelsResponse;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.ModelServiceGrpcClient;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.TrainModelRequest;
import org.fieldstream.v1.TrainModelResponse;
import org.fieldstream.v1.WatchRequest;

/**
 * A client of one Fieldstream server. Connections are made when needed: one for all streams, one
 * for all other calls.
 *
 * <pre>{@code
 * try (FieldstreamClient client = FieldstreamClient.connect("127.0.0.1", 7420);
 *     BatchIterator batches =
 *         client.iterate(
 *             SubscribeRequest.newBuilder()
 *                 .setModel("phi4-continuous-8x8").setSeed(1).setCount(1000).build())) {
 *   while (batches.hasNext()) {
 *     ConfigurationBatch batch = batches.next();
 *     float[] fields = batch.floats(); // [n, components, L0, L1, ...]
 *   }
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
public final class FieldstreamClient implements AutoCloseable {
  /** Per stream: what may be on the wire before the reader has taken it (bytes). */
  private static final int STREAM_WINDOW = 8 << 20;

  /** Per connection (bytes). */
  private static final int CONNECTION_WINDOW = 16 << 20;

  private static final int FRAME = 1 << 16;

  private final ClientOptions options;
  private final Vertx vertx;
  private final HttpClient http;
  private final GrpcClient grpc;
  private final UnaryCalls unary;
  private final OpenCalls open = new OpenCalls();

  private FieldstreamClient(ClientOptions options) {
    this.options = options;
    // Nothing is served from files: no cache directory, and one event loop carries any bandwidth
    // that one connection has.
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    HttpClientOptions transport =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
            .setInitialSettings(
                new Http2Settings().setInitialWindowSize(STREAM_WINDOW).setMaxFrameSize(FRAME))
            .setConnectTimeout(5_000);
    this.http = vertx.createHttpClient(transport);
    this.grpc =
        GrpcClient.client(
            vertx,
            new GrpcClientOptions()
                .setMaxMessageSize(options.maxMessageBytes())
                .setScheduleDeadlineAutomatically(true),
            transport);
    this.unary = new UnaryCalls(strand(), grpc, options);
  }

  /** A client of the server at {@code host:port} with default options. */
  public static FieldstreamClient connect(String host, int port) {
    return connect(ClientOptions.of(host, port));
  }

  /** A client with options. Does not connect yet. */
  public static FieldstreamClient connect(ClientOptions options) {
    return new FieldstreamClient(options);
  }

  /**
   * A stream from its beginning. Where the request asks for {@code denoising}, each batch has how
   * its configurations came out of noise: {@link ConfigurationBatch#denoising}.
   */
  public ConfigurationStream subscribe(SubscribeRequest request) {
    return subscribe(request, ResumePoint.START, StreamListener.SILENT);
  }

  /**
   * A stream from a point of it.
   *
   * @param request what to stream; the same as before where a stream is continued
   * @param from where to begin
   * @param listener hears of interruptions that the stream survives
   */
  public ConfigurationStream subscribe(
      SubscribeRequest request, ResumePoint from, StreamListener listener) {
    if (!request.getResumeToken().isEmpty()) {
      throw new IllegalArgumentException(
          "resume_token: set in the request (expected: in the resume point, with its index)");
    }
    return new ConfigurationStream(strand(), http, options, request, from, listener);
  }

  /** A stream from its beginning, for a thread that waits for each batch. */
  public BatchIterator iterate(SubscribeRequest request) {
    return BatchIterator.over(subscribe(request));
  }

  /**
   * A session of proposals for a Markov chain that runs here.
   *
   * @param session which model, which seed, who decides
   */
  public Proposals propose(ProposalSession session) {
    return new Proposals(strand(), grpc, options, session);
  }

  /** Records measurements. */
  public MeasurementRecorder recorder() {
    return recorder(OutageListener.SILENT);
  }

  /**
   * Records measurements.
   *
   * @param listener hears of outages that recording survives
   */
  public MeasurementRecorder recorder(OutageListener listener) {
    return new MeasurementRecorder(strand(), grpc, options, listener);
  }

  /**
   * Running estimates of series.
   *
   * @param request which series, and how often
   * @param listener hears of outages that watching survives
   */
  public EstimateStream watch(WatchRequest request, OutageListener listener) {
    return new EstimateStream(strand(), grpc, options, request, listener);
  }

  /**
   * Begins to push configurations that are made here.
   *
   * @param header what the ensemble is
   */
  public EnsemblePush push(EnsembleHeader header) {
    return new EnsemblePush(strand(), grpc, options, header);
  }

  /** All models that can be subscribed to, ordered by id; fails with FieldstreamException. */
  public CompletableFuture<List<Model>> listModels() {
    Future<ListModelsResponse> answer =
        unary.call(ModelServiceGrpcClient.ListModels, ListModelsRequest.getDefaultInstance());
    return answer.map(ListModelsResponse::getModelsList).toCompletionStage().toCompletableFuture();
  }

  /** One model; fails with FieldstreamException {@code NOT_FOUND} for an unknown one. */
  public CompletableFuture<Model> getModel(String id) {
    Future<GetModelResponse> answer =
        unary.call(
            ModelServiceGrpcClient.GetModel, GetModelRequest.newBuilder().setModel(id).build());
    return answer.map(GetModelResponse::getModel).toCompletionStage().toCompletableFuture();
  }

  /**
   * Trains a model on the server; cancelling the future ends the training and leaves no model.
   *
   * @param progress told of each step of the progress, on an event-loop thread
   * @return the finished model, or {@link FieldstreamException}: of a request that is at fault, of
   *     a training that diverged, of a connection that broke (which ends the training), of a server
   *     that shuts down (which keeps what was done, for the same request later)
   */
  public CompletableFuture<Model> train(
      TrainModelRequest request, Consumer<TrainModelResponse> progress) {
    return ModelTraining.start(strand(), grpc, options, request, progress);
  }

  /**
   * Removes a model and its files.
   *
   * @param digest what the model's digest must be, or empty: any
   * @return the digest of the model that is gone; fails with FieldstreamException {@code
   *     NOT_FOUND}, or {@code FAILED_PRECONDITION} for a model that is to be kept
   */
  public CompletableFuture<String> deleteModel(String id, String digest) {
    Future<DeleteModelResponse> answer =
        unary.call(
            ModelServiceGrpcClient.DeleteModel,
            DeleteModelRequest.newBuilder().setModel(id).setDigest(digest).build());
    return answer.map(DeleteModelResponse::getDigest).toCompletionStage().toCompletableFuture();
  }

  /** What this client was made with. */
  public ClientOptions options() {
    return options;
  }

  private Strand strand() {
    return new Strand(vertx.getOrCreateContext(), open);
  }

  /**
   * Ends all streams, calls and connections: what is not over yet fails with {@code CANCELLED}, and
   * so does what is begun from now on. Waits up to five seconds for it, but not where it is called
   * on the event loop that has to do it.
   */
  @Override
  public void close() {
    Future<Void> closed = open.close().transform(told -> vertx.close());
    Context current = Vertx.currentContext();
    if (current != null && current.owner() == vertx) {
      return;
    }
    try {
      closed.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("client: not closed within 5 s", e);
    }
  }
}
