// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Emits what the public predecessor contract emits, so that an indexer following it can be tested.
/// Holds nothing and checks nothing. The predecessor's `deleteJob` emits JobCancelled, its `cancelJob` JobFailed.
contract PredecessorEvents {
    event JobCreated(uint256 jobId, address indexed requester, uint256 stakeAmount);
    event JobAccepted(uint256 jobId, address indexed contributor);
    event JobCancelled(uint256 jobId, address indexed requester);
    event JobFailed(uint256 jobId, address indexed contributor);
    event JobCompleted(uint256 jobId, address indexed contributor, uint256 reward, string trainedModelCID);
    event FedJobCreated(
        uint256 indexed jobId, address indexed requester, uint8 maxContributors, uint256 stakeAmount
    );
    event FedJobSlotAccepted(uint256 indexed jobId, address indexed contributor, uint8 slotIndex);
    event AdapterSubmitted(
        uint256 indexed jobId, address indexed contributor, string adapterCID, uint8 submittedCount
    );
    event FedJobCompleted(
        uint256 indexed jobId,
        address indexed requester,
        string mergedAdapterCID,
        uint256 rewardPerContributor
    );

    function emitJobCreated(uint256 jobId, address requester, uint256 stakeAmount) external {
        emit JobCreated(jobId, requester, stakeAmount);
    }

    function emitJobAccepted(uint256 jobId, address contributor) external {
        emit JobAccepted(jobId, contributor);
    }

    function emitJobCancelled(uint256 jobId, address requester) external {
        emit JobCancelled(jobId, requester);
    }

    function emitJobFailed(uint256 jobId, address contributor) external {
        emit JobFailed(jobId, contributor);
    }

    function emitJobCompleted(uint256 jobId, address contributor, uint256 reward, string calldata cid)
        external
    {
        emit JobCompleted(jobId, contributor, reward, cid);
    }

    function emitFedJobCreated(uint256 jobId, address requester, uint8 maxContributors, uint256 stakeAmount)
        external
    {
        emit FedJobCreated(jobId, requester, maxContributors, stakeAmount);
    }

    function emitFedJobSlotAccepted(uint256 jobId, address contributor, uint8 slotIndex) external {
        emit FedJobSlotAccepted(jobId, contributor, slotIndex);
    }

    function emitAdapterSubmitted(
        uint256 jobId,
        address contributor,
        string calldata cid,
        uint8 submittedCount
    ) external {
        emit AdapterSubmitted(jobId, contributor, cid, submittedCount);
    }

    function emitFedJobCompleted(
        uint256 jobId,
        address requester,
        string calldata cid,
        uint256 rewardPerContributor
    ) external {
        emit FedJobCompleted(jobId, requester, cid, rewardPerContributor);
    }
}
