/** The client of S3: put, get, list, delete, several parts, an error, and a signed address's parts. */
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Env } from "./env.ts";

export default {
  async fetch(_request: Request, env: Env): Promise<Response> {
    const client = new S3Client({
      region: "eu-central-1",
      endpoint: `${env.ORIGIN}/s3`,
      forcePathStyle: true,
      credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
      maxAttempts: 1,
    });
    const Bucket = "shop";
    const put = await client.send(
      new PutObjectCommand({
        Bucket,
        Key: "a b/ü.txt",
        Body: "Grüße",
        ContentType: "text/plain",
        Metadata: { by: "x" },
      }),
    );
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "a b/ü.txt" }));
    const text = await got.Body?.transformToString();
    const { Contents, KeyCount } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "a" }));
    const Key = "large";
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = { Bucket, Key, UploadId, PartNumber: 1, Body: new Uint8Array(1000).fill(7) };
    const { ETag } = await client.send(new UploadPartCommand(part));
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    const whole = await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    const failed = await client
      .send(new GetObjectCommand({ Bucket, Key }))
      .catch((error: Error & { $metadata: { httpStatusCode: number } }) => [
        error.name,
        error.message,
        error.$metadata.httpStatusCode,
      ]);
    return Response.json({
      put: put.ETag,
      text,
      metadata: got.Metadata,
      Contents,
      KeyCount,
      whole: whole.ETag,
      failed,
    });
  },
};
