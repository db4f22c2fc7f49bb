// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title An escrow for training jobs
/// @notice A requester stakes a reward for at most `maxContributors` deliveries. Contributors take the job's
/// slots, train, and submit an adapter (or a model) by its content id. The aggregator named by the requester
/// merges what it does not reject and completes the job, and every accepted delivery is paid the same share:
///
///     share = (stake − fee) / maxContributors,   fee = stake × feeBps / 10 000
///
/// What is left (undelivered shares and the indivisible remainder) goes back to the requester. The job's money
/// reaches its requester, its contributors and the fee receiver, and nobody else: the aggregator chooses among
/// deliveries, never a destination. There is no owner, no upgrade and no pause.
///
/// Nothing can be locked: at the latest `acceptBy + trainingPeriod + reviewPeriod` after creation (bounded by
/// the three MAX constants) anybody can end any job, by {settleJob} or by {expireJob}.
///
/// Payments are pushed with a bounded amount of gas. One that fails is kept for its receiver ({withdraw}) and
/// changes nobody else's.
interface IAIModelTraining {
    /// @dev A status never moves back, and moves once: from Open to one of the four ends.
    enum JobStatus {
        None,
        Open,
        Completed,
        Settled,
        Expired,
        Cancelled
    }

    /// @dev What a wallet's acceptance of a job has come to. Once a job has ended no status is written any more:
    /// Submitted then means paid, and Accepted means that the deadline passed (as Released).
    enum SlotStatus {
        None,
        Accepted,
        Submitted,
        Rejected,
        Released
    }

    /// @notice What a requester fixes at creation; never changed afterwards.
    struct Terms {
        /// 0 = LLM fine-tuning, 1 = image classification. Recorded in the event only.
        uint8 kind;
        /// Deliveries without which the job cannot be completed; 1 … maxContributors.
        uint8 minContributors;
        /// Number of slots, and the divisor of every share; 1 … 32.
        uint8 maxContributors;
        /// From this time (seconds since 1970) on, no slot can be taken.
        uint40 acceptBy;
        /// Seconds from a slot's acceptance to its deadline.
        uint32 trainingPeriod;
        /// Seconds of the aggregator's silence after which anybody may settle.
        uint32 reviewPeriod;
        /// What a contributor deposits on accepting and gets back on submitting; may be 0.
        uint96 bondWei;
        /// Who may reject deliveries and complete the job.
        address aggregator;
        /// Content id of the public job spec. The event holds it; storage holds the first 16 bytes of its keccak256.
        string specCid;
    }

    /// @notice A job as storage holds it.
    struct Job {
        JobStatus status;
        address requester;
        address aggregator;
        uint256 stakeWei;
        uint256 bondWei;
        /// Bonds of released slots, split among the paid contributors at the end.
        uint256 forfeitedWei;
        uint8 minContributors;
        uint8 maxContributors;
        uint40 acceptBy;
        uint32 trainingPeriod;
        uint32 reviewPeriod;
        /// Bit i is set while slot i is taken, by an acceptance or a delivery that was not rejected.
        uint32 takenSlots;
        bytes16 specDigest;
    }

    /// @notice A wallet's acceptance of a job.
    struct Slot {
        SlotStatus status;
        /// Number of the slot, from 0: which shard of the data it trains on.
        uint8 index;
        /// Whether the job's bond is held for this slot until it is submitted, released or the job ends.
        bool bonded;
        /// While accepted (or released): the deadline. Once submitted (or rejected): when it was submitted.
        uint40 timestamp;
        /// Key that may submit in the wallet's name; zero for none.
        address delegate;
    }

    event JobCreated(
        uint256 indexed jobId, address indexed requester, Terms terms, uint256 stakeWei, uint16 feeBps
    );
    event JobAccepted(
        uint256 indexed jobId, address indexed contributor, uint8 slot, address delegate, uint40 deadline
    );
    event DelegateChanged(uint256 indexed jobId, address indexed contributor, address delegate);
    event AdapterSubmitted(uint256 indexed jobId, address indexed contributor, string adapterCid);
    event AdapterRejected(uint256 indexed jobId, address indexed contributor, string reasonCid);
    /// @notice A slot passed its deadline with nothing submitted. Also emitted at a job's end, for such slots.
    event SlotReleased(uint256 indexed jobId, address indexed contributor, uint256 forfeitedWei);
    /// @notice Once for every paid contributor, at the end of a job, whichever end it is.
    event JobCompleted(uint256 indexed jobId, address indexed contributor, uint256 amountWei);
    /// @notice Exactly once for every job. `refundWei` went to the requester, `feeWei` to the fee receiver.
    event JobClosed(
        uint256 indexed jobId, JobStatus status, string resultCid, uint256 refundWei, uint256 feeWei
    );
    /// @notice A pushed payment failed and waits for its receiver's {withdraw}.
    event PaymentDeferred(address indexed wallet, uint256 amountWei);
    event Withdrawn(address indexed wallet, uint256 amountWei);

    // Deployment
    error FeeTooHigh(uint16 feeBps, uint16 maxFeeBps);
    error InvalidFeeReceiver(address feeReceiver);

    // Terms
    error UnknownKind(uint8 kind);
    error ContributorsOutOfRange(uint8 minContributors, uint8 maxContributors, uint8 limit);
    error AcceptByOutOfRange(uint256 acceptBy, uint256 earliest, uint256 latest);
    error TrainingPeriodOutOfRange(uint256 seconds_, uint256 shortest, uint256 longest);
    error ReviewPeriodOutOfRange(uint256 seconds_, uint256 shortest, uint256 longest);
    error InvalidAggregator(address aggregator);
    error StakeOutOfRange(uint256 stakeWei, uint256 smallest, uint256 largest);
    error CidLengthOutOfRange(uint256 length, uint256 longest);

    // Jobs
    error JobNotOpen(uint256 jobId, JobStatus status);
    error NotRequester(uint256 jobId, address caller);
    error NotAggregator(uint256 jobId, address caller);

    // Slots
    error AcceptanceClosed(uint256 jobId, uint256 acceptBy);
    error RequesterCannotContribute(uint256 jobId, address requester);
    error AlreadyAccepted(uint256 jobId, address contributor);
    error NoFreeSlot(uint256 jobId);
    error WrongBond(uint256 jobId, uint256 bondWei, uint256 sentWei);
    error SlotNotAccepted(uint256 jobId, address contributor, SlotStatus status);
    error SlotNotSubmitted(uint256 jobId, address contributor, SlotStatus status);
    error DeadlinePassed(uint256 jobId, address contributor, uint256 deadline);
    error DeadlineNotPassed(uint256 jobId, address contributor, uint256 deadline);
    error NotSubmitter(uint256 jobId, address contributor, address caller);
    error InvalidSignature(uint256 jobId, address contributor);

    // Ends
    error SlotNotTaken(uint256 jobId, address contributor, SlotStatus status);
    error ContributorListedTwice(uint256 jobId, address contributor);
    error ContributorsMissing(uint256 jobId, uint32 listedSlots, uint32 takenSlots);
    error TooFewSubmissions(uint256 jobId, uint256 submissions, uint256 minContributors);
    error ReviewNotOver(uint256 jobId, uint256 reviewEnds);
    error AcceptanceStillOpen(uint256 jobId, uint256 acceptBy);
    error EnoughSubmissions(uint256 jobId, uint256 submissions, uint256 minContributors);
    error SlotsTaken(uint256 jobId, uint32 takenSlots);
    error NothingToWithdraw(address wallet);
    error WithdrawalFailed(address wallet, uint256 amountWei);

    /// @notice Opens a job whose stake is the value sent.
    /// @dev The stake must give every slot at least 1 wei; the periods and acceptBy must lie within the limits.
    /// @return jobId Numbers count from 1; nobody chooses one.
    function createJob(Terms calldata terms) external payable returns (uint256 jobId);

    /// @notice Takes the lowest free slot for the caller, who sends exactly the bond.
    /// @dev Open jobs, before acceptBy. Never the requester; a wallet once per job, also after its rejection or
    /// release. A wallet that accepts must be able to deliver before now + trainingPeriod or lose the bond.
    /// @param delegate Key that may submit for the caller, for example a training machine's; zero for none.
    /// @return slot The slot's number.
    function acceptJob(uint256 jobId, address delegate) external payable returns (uint8 slot);

    /// @notice Names, changes or (with zero) revokes the caller's delegate, as long as the caller may submit.
    function setDelegate(uint256 jobId, address delegate) external;

    /// @notice Delivers for `contributor`, whose bond is returned. For that wallet or its delegate.
    /// @dev Before the slot's deadline, once.
    function submitAdapter(uint256 jobId, address contributor, string calldata adapterCid) external;

    /// @notice As {submitAdapter}, sent by anybody with a signature of the contributor or its delegate.
    /// @param signature EIP-712 over Submission(uint256 jobId,address contributor,string adapterCid) in the
    /// domain ("TrainChain", "1", chain, this contract); ECDSA, or EIP-1271 where the signer is a contract.
    function submitAdapterBySig(
        uint256 jobId,
        address contributor,
        string calldata adapterCid,
        bytes calldata signature
    ) external;

    /// @notice Refuses a delivery, which is then not paid; its slot can be taken again until acceptBy.
    /// @dev For the aggregator, while the job is open.
    /// @param reasonCid Content id of a document that says why.
    function rejectAdapter(uint256 jobId, address contributor, string calldata reasonCid) external;

    /// @notice Frees the slot of a contributor that missed its deadline; its bond goes to the job's contributors.
    /// @dev For anybody. The slot can be taken again until acceptBy.
    function releaseSlot(uint256 jobId, address contributor) external;

    /// @notice Ends the job with a result and pays every delivery that was not rejected.
    /// @dev For the aggregator, once at least minContributors have delivered and nobody else still can.
    /// @param contributors The wallets of all taken slots, in any order: those that delivered and those that
    /// missed their deadline (which forfeit their bonds here). A slot left out or named twice is refused.
    function completeJob(uint256 jobId, string calldata resultCid, address[] calldata contributors) external;

    /// @notice Ends the job in the aggregator's stead and pays as {completeJob}.
    /// @dev For anybody, once the aggregator could have completed for a whole reviewPeriod: since the last
    /// submission or missed deadline, and, while slots are free, since acceptBy.
    /// @param contributors As in {completeJob}.
    function settleJob(uint256 jobId, address[] calldata contributors) external;

    /// @notice Ends a job whose minimum can no longer be reached: pays what was delivered, refunds the rest.
    /// @dev From acceptBy on, once no contributor can still deliver: for anybody where nothing was delivered, else
    /// for the aggregator, and for anybody once it could have rejected for a whole reviewPeriod (as in {settleJob}).
    /// No fee is taken.
    /// @param contributors As in {completeJob}.
    function expireJob(uint256 jobId, address[] calldata contributors) external;

    /// @notice Ends a job none of whose slots is taken and refunds the whole stake.
    /// @dev For the requester. No fee is taken.
    function cancelJob(uint256 jobId) external;

    /// @notice Pays the caller what could not be pushed to it, with all the gas there is.
    function withdraw() external;

    /// @notice A job; status None for a number that was never given.
    function getJob(uint256 jobId) external view returns (Job memory);

    /// @notice A wallet's acceptance of a job; status None if there is none.
    function getSlot(uint256 jobId, address contributor) external view returns (Slot memory);

    /// @notice Number of jobs created; the last one's number.
    function jobCount() external view returns (uint256);

    /// @notice What could not be pushed to a wallet and waits for its {withdraw}.
    function withdrawableWei(address wallet) external view returns (uint256);

    /// @notice Fee of every job, in hundredths of a per cent of its stake; fixed at deployment.
    function feeBps() external view returns (uint16);

    /// @notice Who gets the fees, and the forfeited bonds that no contributor can be given; fixed at deployment.
    function feeReceiver() external view returns (address);
}
